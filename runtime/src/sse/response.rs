//! A stream of replies as an HTTP response.

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::sending::Sending;
use crate::server::Body;

/// The form of a stream is what `Accept` asks for.
const BY_ACCEPT: HeaderValue = HeaderValue::from_static("accept");

/// Headers of every stream: a cache or a transforming proxy would hold it back.
pub(crate) fn unbuffered() -> [(HeaderName, HeaderValue); 2] {
    [
        (header::CACHE_CONTROL, "no-store, no-cache, no-transform"),
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)))
}

/// The response that sends a stream.
pub(super) fn streaming(sending: Sending, mut headers: HeaderMap) -> Response<Body> {
    let content_type = HeaderValue::from_static(sending.content_type());
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.append(header::VARY, BY_ACCEPT);
    for (name, value) in unbuffered() {
        headers.insert(name, value);
    }
    let mut response = Response::new(Body::stream(sending));
    *response.headers_mut() = headers;
    response
}

/// The response to a client that has seen all: browsers stop connecting again.
pub(crate) fn finished(mut headers: HeaderMap) -> Response<Body> {
    headers.append(header::VARY, BY_ACCEPT);
    let mut response = Response::new(Body::full(""));
    *response.status_mut() = StatusCode::NO_CONTENT;
    *response.headers_mut() = headers;
    response
}
