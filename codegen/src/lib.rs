//! Reads `.proto` agent contracts and emits code and documents for every
//! transport.

pub mod contract;
pub mod diagnostic;

pub use diagnostic::{Diagnostic, Severity};
