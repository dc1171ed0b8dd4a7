//! Headers of replies, and whether streams are resumed.

use serde_json::{Value, json};

use crate::contract::Method;

const CORRELATION_ID: &str = "CorrelationId";
const RETRY_AFTER: &str = "RetryAfter";

/// The headers of every reply.
pub(super) fn of_reply() -> Value {
    json!({ "X-Correlation-Id": reference(CORRELATION_ID) })
}

/// The headers of every failure.
pub(super) fn of_failure() -> Value {
    let mut headers = of_reply();
    headers["Retry-After"] = reference(RETRY_AFTER);
    headers
}

/// The headers that responses refer to.
pub(super) fn components() -> Value {
    json!({
        CORRELATION_ID: {
            "description": "The id that all messages of one piece of work share: the caller's, \
                or a new one.",
            "schema": { "type": "string" }
        },
        RETRY_AFTER: {
            "description": "Seconds to wait before the call is tried again, where that may help.",
            "schema": { "type": "integer", "minimum": 0 }
        }
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// Whether a client can go on with a stream that it lost.
pub(super) fn resumes(method: &Method) -> bool {
    method.sse.as_ref().is_some_and(|sse| sse.replay_window > 0)
}
