//! The headers of queue messages, as the runtime writes and reads them
//! (`agentgen::queue::names`): CloudEvents attributes in binary mode and the
//! headers that every transport shares. A test holds the two lists together.

use serde_json::{Value, json};

use super::message::Role;
use crate::emit::schema::Object;

/// The header that names the subject of replies.
pub(super) const REPLY_TO: &str = "ce-replyto";
/// The header that all messages of one piece of work share.
pub(super) const CORRELATION_ID: &str = "x-correlation-id";
/// The message that reports a failure.
pub(super) const STATUS: &str = "google.rpc.Status";

/// What the names of CloudEvents attributes begin with.
pub(super) const CE: &str = "ce-";
/// What the names of the schemas of headers begin with.
pub(super) const HEADERS: &str = "agentgen.Headers";

#[derive(PartialEq)]
struct Header {
    name: &'static str,
    doc: &'static str,
    required: bool,
}

const fn header(name: &'static str, doc: &'static str) -> Header {
    Header { name, doc, required: false }
}

const fn always(name: &'static str, doc: &'static str) -> Header {
    Header { name, doc, required: true }
}

/// Headers of every message.
const COMMON: &[Header] = &[
    always("ce-specversion", "The version of CloudEvents: 1.0."),
    always("ce-id", "The id of the message, unique within its source."),
    always("ce-source", "Who sent it."),
    always("ce-type", "The full name of the message type in the body."),
    header("ce-time", "When it was sent."),
    header(
        "ce-dataschema",
        "agentgen:/{contract}/{version}/{digest}#{message type}: what the body follows.",
    ),
    header("ce-dataref", "Where the body is, when it was too large for the broker."),
    always("content-type", "application/protobuf or application/json."),
    header(CORRELATION_ID, "The id that all messages of one piece of work share."),
    header("traceparent", "W3C Trace Context."),
    header("tracestate", "W3C Trace Context, vendor part."),
];

const REQUEST: &[Header] = &[
    header(REPLY_TO, "The subject that replies go to; none are sent without it."),
    header("ce-subject", "What it is about: the value of the ordering key."),
    header("ce-partitionkey", "The value of the ordering key."),
    header("ce-deadline", "When the caller stops waiting, as RFC 3339 writes it."),
    header("idempotency-key", "The key under which a repeated request has its effect only once."),
];

const REPLY: &[Header] = &[
    always("ce-causationid", "The id of the request."),
    header("ce-sequence", "In a stream: the place of the reply, from 1."),
    header("ce-attempt", "In a stream: the attempt that made the reply, from 1."),
    header("ce-streamend", "`true` marks the end of a stream; there is no body."),
];

const ERROR: &[Header] = &[
    always("ce-causationid", "The id of the request."),
    always("ce-code", "The name of the canonical code, such as NOT_FOUND."),
    header("ce-attempt", "The attempt that failed, from 1."),
];

const DEAD: &[Header] = &[
    always(
        "dlq-reason",
        "UNDECODABLE, INCOMPATIBLE, NOT_RETRYABLE, EXHAUSTED, EXPIRED or CRASHED.",
    ),
    always("dlq-code", "The name of the last status code."),
    always("dlq-message", "The message of the last status."),
    always("dlq-subject", "Where the request was published to."),
    always("dlq-group", "The group that gave up."),
    always("dlq-attempts", "How many attempts were started."),
    always("dlq-crashes", "How many of them never came to an end."),
    always("dlq-history", "The attempts that failed, as JSON."),
];

/// Every list of headers with the name of its schema, to which messages refer.
const LISTS: [(&str, &[Header]); 5] = [
    ("agentgen.Headers", COMMON),
    ("agentgen.Headers.request", REQUEST),
    ("agentgen.Headers.reply", REPLY),
    ("agentgen.Headers.error", ERROR),
    ("agentgen.Headers.dead", DEAD),
];

/// The headers of a message of this type in this role.
pub(super) fn headers(role: Role, of: &str) -> Value {
    match role {
        Role::Request => all(&[COMMON, REQUEST], of),
        Role::Reply => all(&[COMMON, REPLY], of),
        Role::Dead => all(&[COMMON, REQUEST, DEAD], of),
    }
}

/// The headers of the message that reports a failure.
pub(super) fn error_headers() -> Value {
    all(&[COMMON, ERROR], STATUS)
}

/// The schemas that the headers refer to.
pub(super) fn schemas() -> Object {
    LISTS.iter().map(|(name, list)| ((*name).to_owned(), schema(list))).collect()
}

/// All headers of these lists, in a message of this type.
fn all(lists: &[&[Header]], of: &str) -> Value {
    let references = LISTS.iter().filter(|(_, list)| lists.contains(list));
    let references =
        references.map(|(name, _)| json!({ "$ref": format!("#/components/schemas/{name}") }));
    json!({ "allOf": references.chain([of_type(of)]).collect::<Vec<_>>() })
}

fn of_type(name: &str) -> Value {
    json!({ "type": "object", "properties": { "ce-type": { "const": name } } })
}

fn schema(headers: &[Header]) -> Value {
    let properties: Object = headers
        .iter()
        .map(|header| {
            let schema = json!({ "type": "string", "description": header.doc });
            (header.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<_> =
        headers.iter().filter(|header| header.required).map(|header| header.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}
