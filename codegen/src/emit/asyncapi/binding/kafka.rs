//! Kafka: a topic for each subject, a consumer group for each group of it.

use serde_json::json;

use super::name::token;
use super::{AsyncApiBinding, PREFIX, Row};

const VERSION: &str = "0.5.0";

pub(super) const ROW: Row = Row {
    binding: AsyncApiBinding::Kafka,
    name: "kafka",
    headers: "ce_",
    channel: |subject| json!({ "topic": topic(subject), "bindingVersion": VERSION }),
    address: Some("topic"),
    receive: |queue| {
        let group = format!("{}.{}", topic(&queue.subject), token(&queue.group, "_", '-'));
        json!({ "groupId": { "type": "string", "const": group }, "bindingVersion": VERSION })
    },
    send: || None,
    keyed: || {
        let key = json!({ "type": "string", "description": "The value of the ordering key." });
        Some(json!({ "key": key, "bindingVersion": VERSION }))
    },
};

fn topic(subject: &str) -> String {
    format!("{PREFIX}.on.{}", token(subject, "_.", '-'))
}
