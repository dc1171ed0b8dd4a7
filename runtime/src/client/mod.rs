//! Clients: generated clients implement the contract's trait over a
//! [`Channel`], which leads their calls through any transport.

mod channel;
mod grpc;
mod limit;
mod local;
mod rest;

pub use channel::{Channel, Transport};

use http::HeaderMap;

use crate::context::names;
use crate::{Context, Metadata};

/// The most bytes of one reply message, on every transport with a wire.
const MAX_REPLY: usize = 64 << 20;

/// The headers of a request but for the deadline, whose notations differ.
fn headers(context: &Context) -> HeaderMap {
    let mut headers = Metadata::new();
    context.write_headers(&mut headers);
    for name in [names::GRPC_TIMEOUT, names::CONNECT_TIMEOUT, names::REQUEST_TIMEOUT] {
        headers.remove(name);
    }
    headers.into_headers()
}
