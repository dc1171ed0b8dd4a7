//! The headers that go back beside a reply: those a handler sets, and the ids
//! under which the caller can find the call again.

use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, HeaderValue};

use super::{Context, Metadata, TraceContext, names};

/// The headers of a reply that is still being made.
#[derive(Debug)]
pub struct ReplyHeaders {
    correlation_id: String,
    trace: TraceContext,
    set: Arc<Mutex<Metadata>>,
}

impl ReplyHeaders {
    pub(super) fn new(context: &Context, set: Arc<Mutex<Metadata>>) -> Self {
        Self {
            correlation_id: context.correlation_id().to_owned(),
            trace: context.trace().clone(),
            set,
        }
    }

    /// The headers as they now are, the ids included.
    pub fn take(&self) -> HeaderMap {
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        let mut headers = std::mem::take(&mut *set).into_headers();
        let ids = [
            (names::CORRELATION_ID, HeaderValue::try_from(self.correlation_id.as_str())),
            (names::TRACEPARENT, HeaderValue::try_from(self.trace.to_string())),
        ];
        for (name, value) in ids {
            if let Ok(value) = value {
                headers.insert(name, value);
            }
        }
        headers
    }
}
