//! Operations: an agent receives requests, answers them, and sends away what
//! it cannot handle.

use serde_json::{Value, json};

use super::channel::{dead_id, reply_id};
use super::message::ERROR;
use super::{Work, binding, envelope};
use crate::emit::schema::{Describe as _, Object};

/// Adds the operations of one rpc.
pub(super) fn add(operations: &mut Object, work: &Work<'_>) {
    let Work { service, method, queue } = work;
    let (id, reply, dead) = (work.id(), reply_id(work), dead_id(work));
    let mut receive = Object::new();
    receive.insert("action".into(), json!("receive"));
    receive.insert("channel".into(), json!({ "$ref": format!("#/channels/{id}") }));
    receive.insert("title".into(), json!(method.full_name));
    receive.summarize(&method.docs);
    receive.insert("tags".into(), json!([{ "name": service.full_name }]));
    receive.insert("messages".into(), json!([message(id, "request")]));
    let answer = json!({
        "address": { "location": format!("$message.header#/{}", envelope::REPLY_TO) },
        "channel": { "$ref": format!("#/channels/{reply}") },
        "messages": [message(&reply, "reply"), message(&reply, ERROR)]
    });
    receive.insert("reply".into(), answer);
    receive.insert("bindings".into(), binding::receive(queue));
    if method.deprecated || service.deprecated {
        receive.insert("x-deprecated".into(), json!(true));
    }
    operations.insert(id.to_owned(), Value::Object(receive));
    let send = json!({
        "action": "send",
        "channel": { "$ref": format!("#/channels/{dead}") },
        "summary": format!("Puts away what {} gave up", method.full_name),
        "tags": [{ "name": service.full_name }],
        "messages": [message(&dead, "request")],
        "bindings": binding::send()
    });
    operations.insert(dead, send);
}

fn message(channel: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/channels/{channel}/messages/{name}") })
}
