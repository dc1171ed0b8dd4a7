//! Reads `.proto` agent contracts and emits code and documents for every
//! transport.

pub mod contract;
pub mod diagnostic;
pub mod emit;

pub use diagnostic::{Diagnostic, Severity};
