//! REST by `google.api.http` bindings, and by default bindings where a
//! contract has none.

mod endpoint;
mod error;
mod path;
mod query;

pub(crate) use endpoint::{Endpoint, Options};
