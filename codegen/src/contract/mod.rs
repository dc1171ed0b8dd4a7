//! The contract that emitters and rules read.

mod http;
mod model;

pub use http::{Segment, Template, Variable};
pub use model::*;
