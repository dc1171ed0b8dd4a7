//! A stream of replies as an HTTP response.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::sending::Sending;
use crate::server::Body;

/// The response that sends a stream.
pub(super) fn streaming(sending: Sending, mut headers: HeaderMap) -> Response<Body> {
    let fixed = [
        (header::CONTENT_TYPE, sending.content_type()),
        // A cache or a transforming proxy would hold events back.
        (header::CACHE_CONTROL, "no-cache, no-transform"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    headers.extend(fixed.map(|(name, value)| (name, HeaderValue::from_static(value))));
    let mut response = Response::new(Body::stream(sending));
    *response.headers_mut() = headers;
    response
}

/// The response to a client that has seen all: browsers stop connecting again.
pub(crate) fn finished(headers: HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::full(""));
    *response.status_mut() = StatusCode::NO_CONTENT;
    *response.headers_mut() = headers;
    response
}
