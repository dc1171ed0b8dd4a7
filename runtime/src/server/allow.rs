//! The methods of a path, over all transports, as `Allow` lists them.

use std::collections::BTreeSet;

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::Body;
use crate::context::reply_ids;

/// Methods that a path has.
pub(crate) type Methods = BTreeSet<&'static str>;

/// The `Allow` header: the methods of a path, of which `*` is any, and those that follow
/// from them.
pub(crate) fn allow(mut methods: Methods) -> HeaderValue {
    methods.insert("OPTIONS");
    if methods.remove("*") {
        methods.extend(["DELETE", "GET", "PATCH", "POST", "PUT"]);
    }
    if methods.contains("GET") {
        methods.insert("HEAD");
    }
    let text = methods.into_iter().collect::<Vec<_>>().join(", ");
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("OPTIONS"))
}

/// The response to a request of `OPTIONS` with these headers.
pub(super) fn told(headers: &HeaderMap, methods: Methods) -> Response<Body> {
    let mut response = Response::new(Body::full(""));
    *response.status_mut() = StatusCode::NO_CONTENT;
    *response.headers_mut() = reply_ids(headers);
    response.headers_mut().insert(header::ALLOW, allow(methods));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_a_method_is_told_with_it() {
        assert_eq!(allow(["POST"].into()), "OPTIONS, POST");
        assert_eq!(allow(["GET"].into()), "GET, HEAD, OPTIONS");
        assert_eq!(allow(["*"].into()), "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    }
}
