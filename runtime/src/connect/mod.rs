//! The Connect protocol: the rpcs of every contract for `@connectrpc` and its
//! like, as plain HTTP requests where an rpc answers once, and as messages with
//! a prefix each where it streams.
//!
//! Source: <https://connectrpc.com/docs/protocol>.
//!
//! Its path, `POST /{package}.{Service}/{Method}`, is also the default binding
//! of REST. [`request`] says whose a request is.

mod endpoint;
mod error;
mod query;
mod refusal;
mod request;
mod streaming;
mod unary;

pub(crate) use endpoint::{Claim, Endpoint};
