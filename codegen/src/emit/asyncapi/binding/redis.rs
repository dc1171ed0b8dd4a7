//! Redis Streams. The binding has no words for them.

use serde_json::json;

use super::{AsyncApiBinding, PREFIX, Row};

pub(super) const ROW: Row = Row {
    binding: AsyncApiBinding::Redis,
    name: "redis",
    headers: "ce-",
    channel: |subject| json!({ "x-stream": format!("{PREFIX}:on:{subject}:any") }),
    receive: |queue| json!({ "x-group": queue.group }),
    send: || None,
    keyed: || None,
};
