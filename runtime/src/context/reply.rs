//! The headers and trailers that go back beside a reply: those a handler sets,
//! and the ids under which the caller can find the call again.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::names;
use super::shared::Shared;

static CORRELATION_ID: HeaderName = HeaderName::from_static(names::CORRELATION_ID);
static TRACERESPONSE: HeaderName = HeaderName::from_static(names::TRACERESPONSE);

/// The headers of a reply that is still being made.
#[derive(Clone, Debug)]
pub struct ReplyHeaders(pub(super) Arc<Shared>);

impl ReplyHeaders {
    /// The headers as they now are, the ids included.
    pub fn take(&self) -> HeaderMap {
        let mut headers = std::mem::take(&mut self.0.reply().headers).into_headers();
        insert(&mut headers, &CORRELATION_ID, self.0.correlation_id.as_bytes());
        if self.0.traced {
            insert(&mut headers, &TRACERESPONSE, &self.0.trace.header());
        }
        headers
    }

    /// The trailers as they now are.
    #[cfg(any(feature = "grpc", feature = "connect"))]
    pub(crate) fn take_trailers(&self) -> HeaderMap {
        std::mem::take(&mut self.0.reply().trailers).into_headers()
    }
}

/// Whether a header is the transports' own: it frames the reply, or says over gRPC
/// how the call ended.
pub(super) fn is_reserved(name: &str) -> bool {
    const FRAMING: [&str; 8] = [
        "connection",
        "content-length",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    let grpc = name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("grpc-"));
    grpc || FRAMING.iter().any(|own| own.eq_ignore_ascii_case(name))
}

fn insert(headers: &mut HeaderMap, name: &'static HeaderName, value: &[u8]) {
    if let Ok(mut value) = HeaderValue::from_bytes(value) {
        // It differs in every reply: no place in HPACK's table is worth it.
        value.set_sensitive(true);
        headers.insert(name, value);
    }
}
