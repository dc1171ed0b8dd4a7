//! REST by `google.api.http` bindings, and by default bindings where a
//! contract has none.
//!
//! A request goes from path to route ([`path`]), from body, path and query to
//! a message ([`request`], [`overlay`]), and its reply back ([`reply`]).

#[cfg(feature = "queue")]
mod bound;
mod documents;
mod endpoint;
mod failure;
mod overlay;
mod path;
mod pieces;
mod query;
mod reply;
mod request;
mod shape;
mod table;
mod united;
mod upload;
#[cfg(feature = "websocket")]
mod websocket;

pub(crate) use endpoint::{Endpoint, Options};
pub use path::{Conflicts, Expansion, PathRules};
pub use query::QueryRules;
