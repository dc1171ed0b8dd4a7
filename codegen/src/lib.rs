//! Reads `.proto` agent contracts and emits code and documents for every
//! transport.

pub mod contract;
pub mod diagnostic;
pub mod emit;
mod load;
pub mod source;

pub use diagnostic::{Diagnostic, Severity};
pub use load::{Loaded, load};
