//! Channels: the subject of an rpc, the one that its replies go to, and the
//! one of its dead letters.

use std::time::Duration;

use serde_json::{Value, json};

use super::message::{ERROR, Messages, Role};
use super::{Work, binding};
use crate::contract::{Contract, QueueBinding};
use crate::emit::schema::{Describe as _, Object};

/// Adds the channels of one rpc.
pub(super) fn add(
    channels: &mut Object,
    messages: &mut Messages<'_>,
    contract: &Contract,
    work: &Work<'_>,
) {
    let Work { method, queue, .. } = work;
    let keyed = queue.ordering_key.is_some();
    let request = messages.refer(&method.input, Role::Request, keyed);
    let reply = messages.refer(&method.output, Role::Reply, false);
    let dead = messages.refer(&method.input, Role::Dead, false);
    let error = messages.refer_error();

    let mut requests = Object::new();
    requests.insert("address".into(), json!(queue.subject));
    requests.insert("title".into(), json!(method.full_name));
    requests.describe(&method.docs);
    requests.insert("messages".into(), json!({ "request": request }));
    requests.insert("bindings".into(), binding::channel(&queue.subject));
    requests.extend(facts(contract, queue));
    channels.insert(work.id().to_owned(), Value::Object(requests));
    let replies = json!({
        "address": null,
        "title": format!("Replies of {}", method.full_name),
        "messages": { "reply": reply, ERROR: error }
    });
    channels.insert(reply_id(work), replies);
    let letters = json!({
        "address": queue.dead_letter,
        "title": format!("Dead letters of {}", method.full_name),
        "messages": { "request": dead },
        "bindings": binding::channel(&queue.dead_letter)
    });
    channels.insert(dead_id(work), letters);
}

/// The name of the channel of replies.
pub(super) fn reply_id(work: &Work<'_>) -> String {
    format!("{}.reply", work.id())
}

/// The name of the channel of dead letters.
pub(super) fn dead_id(work: &Work<'_>) -> String {
    format!("{}.dead", work.id())
}

/// What AsyncAPI has no words for.
fn facts(contract: &Contract, queue: &QueueBinding) -> Object {
    let mut facts = Object::new();
    facts.insert("x-group".into(), json!(queue.group));
    facts.insert("x-concurrency".into(), json!(queue.concurrency));
    facts.insert("x-ack-wait".into(), seconds(queue.ack_wait));
    let retry = json!({
        "maxAttempts": queue.max_deliveries,
        "initialBackoff": seconds(queue.initial_backoff),
        "maxBackoff": seconds(queue.max_backoff),
        "multiplier": queue.multiplier
    });
    facts.insert("x-retry".into(), retry);
    facts.insert("x-dead-letter".into(), json!(queue.dead_letter));
    if let Some(path) = &queue.ordering_key {
        let names: Vec<_> = path.iter().map(|step| contract.field(*step).json.as_str()).collect();
        facts.insert("x-ordering-key".into(), json!(names.join(".")));
    }
    if let Some(path) = &queue.idempotency_key {
        let names: Vec<_> = path.iter().map(|step| contract.field(*step).json.as_str()).collect();
        facts.insert("x-idempotency-key".into(), json!(names.join(".")));
    }
    facts
}

/// A span of time as proto3 JSON writes it.
fn seconds(time: Duration) -> Value {
    json!(format!("{}s", time.as_secs_f64()))
}
