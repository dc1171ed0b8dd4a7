//! What HTTP itself has a word for: unknown paths, methods, content types and
//! versions. The body is the protocol's error all the same.

use http::{HeaderMap, HeaderValue, Response, header};

use super::error;
use crate::Status;
use crate::context::reply_ids;
use crate::server::{Body, Methods, allow};
use crate::service::Shape;
use crate::status::Reason;

/// No rpc has this path.
pub(super) fn unknown(headers: &HeaderMap, path: &str) -> Response<Body> {
    refused(headers, Reason::UnknownRpc, format!("{path} is no rpc of this server"))
}

/// The rpc takes no such method, but these.
pub(super) fn method(headers: &HeaderMap, methods: Methods) -> Response<Body> {
    let mut response = refused(
        headers,
        Reason::UnsupportedMethod,
        "the rpc takes POST, and GET where it answers once and has no side effects",
    );
    response.headers_mut().insert(header::ALLOW, allow(methods));
    response
}

/// The rpc takes no such content type, or no such encoding of a query.
pub(super) fn content_type(headers: &HeaderMap, shape: Shape) -> Response<Body> {
    let accepted = match shape {
        Shape::Unary => "application/proto, application/json",
        _ => "application/connect+proto, application/connect+json",
    };
    let text = format!("the content type is not supported: send one of {accepted}, JSON in UTF-8");
    let mut response = refused(headers, Reason::UnsupportedMediaType, text);
    let accept_post = header::HeaderName::from_static("accept-post");
    response.headers_mut().insert(accept_post, HeaderValue::from_static(accepted));
    response
}

/// The rpc streams both ways, which HTTP/1 cannot.
pub(super) fn version(headers: &HeaderMap) -> Response<Body> {
    let text = "the rpc streams both ways at once: call it over HTTP/2";
    refused(headers, Reason::UnsupportedHttpVersion, text)
}

fn refused(
    headers: &HeaderMap,
    reason: Reason,
    text: impl Into<std::borrow::Cow<'static, str>>,
) -> Response<Body> {
    answer(headers, &reason.status(text))
}

/// An error, with the ids of a request that has these headers.
pub(super) fn answer(headers: &HeaderMap, status: &Status) -> Response<Body> {
    let error = error::to_json(status);
    let mut response = Response::new(Body::full(error.to_string()));
    *response.status_mut() = status.http_status();
    *response.headers_mut() = reply_ids(headers);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
