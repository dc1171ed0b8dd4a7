//! NATS `JetStream`: a stream for each subject, durable consumers for each group.
//! The binding has no words for streams.

use serde_json::json;

use super::name::token;
use super::{AsyncApiBinding, PREFIX, Row};

pub(super) const ROW: Row = Row {
    binding: AsyncApiBinding::Nats,
    name: "nats",
    headers: "ce-",
    channel: |subject| {
        let words: Vec<_> = subject.split('.').map(word).collect();
        json!({
            "x-stream": format!("{PREFIX}-of-{}", word(subject)),
            "x-subject": format!("{PREFIX}.on.{}.any", words.join("."))
        })
    },
    address: Some("x-subject"),
    // A durable consumer, which is no queue group of the protocol.
    receive: |queue| json!({ "x-consumer": format!("{}-any", word(&queue.group)) }),
    send: || None,
    keyed: || None,
};

fn word(text: &str) -> String {
    token(text, "-_", '=')
}
