//! Payloads that one side writes and the other misreads: what makes a finding
//! believable, and what the rules are tested against.

pub mod binary;
mod diff;
mod error;
pub mod json;
mod required;
mod tree;
mod types;

pub use diff::{Difference, Direction, Encoding, Exchange, Sort, elements_of};
pub use error::ReadError;
pub use tree::{Slot, Tree, Unknown, Value};
pub use types::{Member, Types};
