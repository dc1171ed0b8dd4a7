//! A status as an HTTP response: the error object of AIP-193.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::Status;
use crate::server::Body;

/// The response that tells a caller what went wrong.
pub(crate) fn error_response(status: &Status, headers: HeaderMap) -> Response<Body> {
    let http = StatusCode::from_u16(status.code().http());
    with_status(status, http.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), headers)
}

/// The same with an HTTP status of the transport's own, where no code maps to it.
pub(crate) fn with_status(status: &Status, http: StatusCode, headers: HeaderMap) -> Response<Body> {
    let mut body = status.to_json();
    body["error"]["code"] = http.as_u16().into();
    let mut response = Response::new(Body::full(body.to_string()));
    *response.status_mut() = http;
    *response.headers_mut() = headers;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    if let Some(delay) = status.details().retry_after {
        // The header counts whole seconds: rounding down would invite a call too early.
        let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
