//! What can go wrong over HTTP: a status, or what HTTP alone knows.

use http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use hyper::ext::ReasonPhrase;
use uuid::Uuid;

use crate::codec::WireError;
use crate::context::names;
use crate::server::{Body, Cut, Methods, allow};
use crate::status::{ErrorShape, Reason};
use crate::{Code, Status};

/// A request that is not answered by a reply.
#[derive(Debug)]
pub(super) struct Failure {
    status: Status,
    /// What would be accepted instead: boxed, for few failures say so, and every
    /// step of a request has room for one.
    accepted: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Failure {
    pub(super) fn no_route(method: &http::Method, path: &str) -> Self {
        Reason::UnknownRoute.status(format!("{method} {path} is no route of this server")).into()
    }

    pub(super) fn other_methods(methods: Methods) -> Self {
        let text = "this path has no such method, see the Allow header";
        let accepted = Some(Box::new((header::ALLOW, allow(methods))));
        Self { status: Reason::UnsupportedMethod.status(text), accepted }
    }

    pub(super) fn unsupported(content_type: &str, supported: &str) -> Self {
        let text = format!("the content type {content_type:?} is not supported: send {supported}");
        Reason::UnsupportedMediaType.status(text).into()
    }

    /// JSON in another charset than its own.
    pub(super) fn unread_charset(charset: &str) -> Self {
        let text = format!("the charset {charset:?} is not supported: send JSON in UTF-8");
        Reason::UnsupportedMediaType.status(text).into()
    }

    /// A body that is packed in another way than this server reads.
    pub(super) fn unsupported_coding() -> Self {
        let text = "bodies are read plain or compressed with gzip";
        let accepted = (header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let status = Reason::UnsupportedEncoding.status(text);
        Self { status, accepted: Some(Box::new(accepted)) }
    }

    #[cfg(feature = "websocket")]
    pub(super) fn upgrade_required() -> Self {
        let text = "a WebSocket of version 13 can be had: see the header Sec-WebSocket-Version";
        Reason::UpgradeRequired.status(text).into()
    }

    pub(super) fn not_acceptable() -> Self {
        let text = "the stream comes as text/event-stream, application/x-ndjson, \
                    application/jsonl, application/json-seq or application/json: \
                    accept one of them";
        Reason::NotAcceptable.status(text).into()
    }

    /// An rpc that only an `EventSource` calls by `GET`.
    pub(super) fn events_only() -> Self {
        let text = "GET on this path is for text/event-stream: accept that, or send a POST";
        Reason::NotAcceptable.status(text).into()
    }

    /// The error as a response in one of the forms of error bodies.
    pub(super) fn response(self, headers: HeaderMap, shape: ErrorShape) -> Response<Body> {
        let Self { status, accepted } = self;
        let http = status.http_status();
        let mut body = status.to_json_as(shape);
        if let Some(instance) = instance(&headers).filter(|_| shape == ErrorShape::ProblemDetails) {
            body["instance"] = instance.into();
        }
        let mut response = Response::new(Body::full(body.to_string()));
        *response.status_mut() = http;
        if http.canonical_reason().is_none() {
            // 499, which no standard has; as nginx calls it.
            response.extensions_mut().insert(ReasonPhrase::from_static(b"Client Closed Request"));
        }
        *response.headers_mut() = headers;
        let media_type = HeaderValue::from_static(shape.media_type());
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        // `Accept` may ask for another form of error.
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
        response.headers_mut().extend(accepted.map(|accepted| *accepted));
        if let Some(seconds) = status.retry_after_header() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        if status.code() == Code::Unauthenticated {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().entry(header::WWW_AUTHENTICATE).or_insert(scheme);
        }
        response
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self { status, accepted: None }
    }
}

impl From<Cut> for Failure {
    fn from(cut: Cut) -> Self {
        Status::from(cut).into()
    }
}

impl From<WireError> for Failure {
    fn from(error: WireError) -> Self {
        Status::from(error).into()
    }
}

/// The URI of a failed call: its correlation id, where that is a UUID.
fn instance(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(names::CORRELATION_ID)?.to_str().ok()?;
    Some(Uuid::try_parse(id).ok()?.urn().to_string())
}
