//! The headers that go back beside a reply: those a handler sets, and the ids
//! under which the caller can find the call again.

use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, HeaderValue};

use super::{Context, Metadata, names};

/// The headers of a reply that is still being made.
#[derive(Debug)]
pub struct ReplyHeaders {
    correlation_id: Option<HeaderValue>,
    traceparent: Option<HeaderValue>,
    set: Arc<Mutex<Metadata>>,
}

impl ReplyHeaders {
    pub(super) fn new(context: &Context, set: Arc<Mutex<Metadata>>) -> Self {
        Self {
            correlation_id: HeaderValue::try_from(context.correlation_id()).ok(),
            traceparent: HeaderValue::try_from(context.trace().to_string()).ok(),
            set,
        }
    }

    /// The headers as they now are, the ids included.
    pub fn take(self) -> HeaderMap {
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        let mut headers = std::mem::take(&mut *set).into_headers();
        let ids =
            [(names::CORRELATION_ID, self.correlation_id), (names::TRACEPARENT, self.traceparent)];
        for (name, value) in ids {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
        headers
    }
}
