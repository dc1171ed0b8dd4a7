//! Reads `.proto` agent contracts and emits code and documents for every
//! transport.
//!
//! Build scripts and macros go through [`Generator`]; the command `agentgen` is
//! the package `agentgen-cli`.

#[cfg(feature = "compat")]
pub mod compat;
pub mod contract;
#[cfg(feature = "compat")]
pub mod descriptor;
pub mod diagnostic;
pub mod emit;
mod generator;
mod load;
pub mod output;
pub mod source;
mod yaml;

pub use diagnostic::{Diagnostic, Severity};
pub use emit::{AsyncApiBinding, OpenApiVersion};
pub use generator::{Baseline, Error, Generated, Generator, Inputs};
pub use load::{Loaded, load, load_with_config};
