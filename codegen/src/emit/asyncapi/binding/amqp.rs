//! AMQP 0-9-1, as `RabbitMQ` speaks it: one exchange, whose routing keys are the
//! subjects.

use serde_json::json;

use super::{AsyncApiBinding, PREFIX, Row};

const VERSION: &str = "0.3.0";

pub(super) const ROW: Row = Row {
    binding: AsyncApiBinding::Amqp,
    name: "amqp",
    headers: "cloudEvents_",
    channel: |_| {
        json!({
            "is": "routingKey",
            "exchange": { "name": PREFIX, "type": "direct", "durable": true },
            "bindingVersion": VERSION
        })
    },
    // The subject is the routing key.
    address: None,
    receive: |_| json!({ "ack": true, "bindingVersion": VERSION }),
    send: || Some(json!({ "deliveryMode": 2, "mandatory": true, "bindingVersion": VERSION })),
    keyed: || None,
};
