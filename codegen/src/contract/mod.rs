//! The contract that emitters and rules read.

pub(crate) mod defaults;
mod http;
mod lower;
mod model;
mod names;

pub(crate) use http::is_query_value;
pub use http::{Segment, Template, TemplateError, Variable};
pub use lower::lower;
pub use model::*;
