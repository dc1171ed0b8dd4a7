//! Redis Streams. The binding has no words for them.

use serde_json::json;

use super::{AsyncApiBinding, PREFIX, Row};

pub(super) const ROW: Row = Row {
    binding: AsyncApiBinding::Redis,
    name: "redis",
    headers: "ce-",
    channel: |subject| {
        json!({
            "x-stream": format!("{PREFIX}:on:{subject}:any"),
            "x-fields": {
                "h": "The headers: a JSON array of pairs of name and value, both text.",
                "b": "The body."
            },
            // An empty text there wakes the consumers.
            "x-wake-channel": format!("{PREFIX}:wake:{subject}")
        })
    },
    address: Some("x-stream"),
    receive: |queue| json!({ "x-group": queue.group }),
    send: || None,
    keyed: || None,
};
