//! The headers that go back beside a reply: those a handler sets, and the ids
//! under which the caller can find the call again.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::shared::Shared;
use super::{Context, TraceContext, names};

static CORRELATION_ID: HeaderName = HeaderName::from_static(names::CORRELATION_ID);
static TRACEPARENT: HeaderName = HeaderName::from_static(names::TRACEPARENT);

/// The headers of a reply that is still being made.
#[derive(Debug)]
pub struct ReplyHeaders {
    correlation_id: String,
    trace: TraceContext,
    shared: Arc<Shared>,
}

impl ReplyHeaders {
    pub(super) fn new(context: &Context, shared: Arc<Shared>) -> Self {
        Self {
            correlation_id: context.correlation_id().to_owned(),
            trace: context.trace().clone(),
            shared,
        }
    }

    /// The headers as they now are, the ids included.
    pub fn take(&self) -> HeaderMap {
        let mut headers = std::mem::take(&mut *self.shared.reply()).into_headers();
        let ids = [
            (&CORRELATION_ID, HeaderValue::from_str(&self.correlation_id)),
            (&TRACEPARENT, HeaderValue::from_bytes(&self.trace.header())),
        ];
        for (name, value) in ids {
            if let Ok(mut value) = value {
                // It differs in every reply: no place in HPACK's table is worth it.
                value.set_sensitive(true);
                headers.insert(name, value);
            }
        }
        headers
    }
}
