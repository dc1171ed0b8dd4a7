//! REST by `google.api.http` bindings, and by default bindings where a
//! contract has none.

mod endpoint;
mod error;

pub(crate) use endpoint::{Endpoint, Options};
