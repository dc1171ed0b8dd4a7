//! Request bodies and successful responses: their content types and schemas.

use serde_json::{Value, json};

use super::example;
use super::operation::{Bound, Writer};
use crate::contract::{
    Cardinality, Contract, Field, FieldRef, HttpBinding, HttpBody, Kind, StreamForm, TypeRef,
};
use crate::emit::schema::Object;

use super::paths::is_event_source;

const JSON: &str = "application/json";
const NDJSON: &str = "application/x-ndjson";
const SEQUENCE: &str = "application/json-seq";
const EVENTS: &str = "text/event-stream";

/// The message that is a raw body of any type.
const RAW_BODY: &str = "google.api.HttpBody";

/// The request body of a binding, if it has one.
pub(super) fn request(writer: &mut Writer<'_, '_>, bound: Bound<'_>) -> Option<Value> {
    let Bound { method, binding, .. } = bound;
    let contract = writer.contract;
    if is_raw_request(contract, bound) {
        return Some(json!({ "content": raw(), "required": method.shape.client_streams() }));
    }
    let (schema, required) = match &binding.body {
        HttpBody::None => return None,
        HttpBody::Field(field) => {
            let required = writer.schemas.is_required(contract.field(*field));
            (body_field(writer, *field, binding), required)
        }
        HttpBody::All => whole(writer, &method.input, binding),
    };
    let content = if method.shape.client_streams() {
        let examples = example::of_body(contract, method, binding);
        json!({
            NDJSON: { "itemSchema": schema },
            SEQUENCE: { "itemSchema": schema },
            JSON: with(media(&list(&schema)), examples)
        })
    } else {
        json!({ JSON: with(media(&schema), example::of_body(contract, method, binding)) })
    };
    let mut body = json!({ "content": content });
    if required || method.shape.client_streams() {
        body["required"] = json!(true);
    }
    Some(body)
}

/// The message type of a body.
fn body_type<'a>(
    contract: &'a Contract,
    body: &HttpBody,
    whole: &'a TypeRef,
) -> Option<&'a TypeRef> {
    match body {
        HttpBody::None => None,
        HttpBody::All => Some(whole),
        HttpBody::Field(field) => match &contract.field(*field).kind {
            Kind::Message(of) => Some(of),
            _ => None,
        },
    }
}

fn raw() -> Value {
    json!({ "*/*": { "schema": { "contentMediaType": "application/octet-stream" } } })
}

/// The whole request without what the path holds, and whether something of it
/// must be there.
fn whole(writer: &mut Writer<'_, '_>, input: &TypeRef, binding: &HttpBinding) -> (Value, bool) {
    let TypeRef::Message(id) = input else { return (writer.schemas.of(input), false) };
    let bound: Vec<_> = binding.variables.iter().map(Vec::as_slice).collect();
    let schema = writer.schemas.without(*id, &bound);
    let required = schema.get("required").is_some();
    if bound.is_empty() { (writer.schemas.of(input), required) } else { (schema, required) }
}

/// One field of the request, without what the path holds of it.
fn body_field(writer: &mut Writer<'_, '_>, field: FieldRef, binding: &HttpBinding) -> Value {
    let inner: Vec<_> = binding
        .variables
        .iter()
        .filter_map(|path| path.split_first())
        .filter(|(first, rest)| **first == field && !rest.is_empty())
        .map(|(_, rest)| rest)
        .collect();
    match (inner.first().and_then(|path| path.first()), inner.as_slice()) {
        (Some(step), paths) => writer.schemas.without(step.message, paths),
        _ => writer.schemas.field(writer.contract.field(field)).schema,
    }
}

/// Whether the request body is raw bytes.
fn is_raw_request(contract: &Contract, Bound { method, binding, .. }: Bound<'_>) -> bool {
    let of = body_type(contract, &binding.body, &method.input);
    of.is_some_and(|of| contract.type_name(of) == RAW_BODY)
}

/// Whether the reply is raw bytes.
fn is_raw_reply(contract: &Contract, bound: Bound<'_>) -> bool {
    let body = bound.binding.response_body.map_or(HttpBody::All, HttpBody::Field);
    let of = body_type(contract, &body, &bound.method.output);
    of.is_some_and(|of| contract.type_name(of) == RAW_BODY)
}

/// What an rpc streams as raw bytes, of which OpenAPI has no other word: the docs page
/// has a console for it.
pub(super) fn raw_streams(contract: &Contract, bound: Bound<'_>) -> Vec<&'static str> {
    let shape = bound.method.shape;
    let requests = shape.client_streams() && is_raw_request(contract, bound);
    let replies = shape.server_streams() && is_raw_reply(contract, bound);
    [(requests, "requests"), (replies, "replies")]
        .into_iter()
        .filter_map(|(raw, name)| raw.then_some(name))
        .collect()
}

/// Whether the replies can be had as server-sent events.
pub(super) fn is_events(contract: &Contract, bound: Bound<'_>) -> bool {
    bound.method.shape.server_streams() && !is_raw_reply(contract, bound)
}

/// The response of a call that succeeded.
pub(super) fn response(writer: &mut Writer<'_, '_>, bound: Bound<'_>) -> Value {
    let Bound { method, binding, .. } = bound;
    let contract = writer.contract;
    if is_raw_reply(contract, bound) {
        return described("The reply: bytes of the content type that the header names.", &raw());
    }
    let schema = match binding.response_body {
        Some(field) => reply_field(writer, contract.field(field)),
        None => writer.schemas.of(&method.output),
    };
    let examples = example::of_reply(contract, method, binding);
    if !method.shape.server_streams() {
        return described("The reply.", &json!({ JSON: with(media(&schema), examples) }));
    }
    let events = json!({ "itemSchema": event(&schema) });
    if is_event_source(binding) {
        return described(EVENT_SOURCE, &json!({ EVENTS: events }));
    }
    let default = method.sse.as_ref().map_or(StreamForm::Sse, |sse| sse.default_form);
    let items = json!({ "itemSchema": schema });
    let mut forms = [
        (Some(StreamForm::Sse), EVENTS, events),
        (Some(StreamForm::Ndjson), NDJSON, items.clone()),
        // No contract can make it the default.
        (None, SEQUENCE, items),
        (Some(StreamForm::JsonArray), JSON, with(media(&list(&schema)), examples)),
    ];
    // The first one is what a caller gets that accepts anything.
    forms.sort_by_key(|(form, ..)| *form != Some(default));
    described(
        REPLIES,
        &forms.into_iter().map(|(_, name, media)| (name.to_owned(), media)).collect(),
    )
}

/// A field that is the body of replies. One with presence that the handler leaves unset
/// is written as `null`, as a whole document cannot be left out.
fn reply_field(writer: &mut Writer<'_, '_>, field: &Field) -> Value {
    let schema = writer.schemas.field(field).schema;
    let may_be_unset = matches!(field.cardinality, Cardinality::Optional | Cardinality::Oneof(_));
    if may_be_unset { or_null(schema) } else { schema }
}

/// The schema with null beside it, unless it takes null by itself, as a wrapper or a
/// `google.protobuf.Value` does.
fn or_null(mut schema: Value) -> Value {
    let is_reference = schema.get("$ref").is_some();
    match schema.get("type") {
        Some(Value::String(name)) if schema.get("enum").is_none() => {
            schema["type"] = json!([name, "null"]);
            schema
        }
        Some(Value::Array(_)) => schema,
        None if !is_reference => schema,
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

const REPLIES: &str = "The replies: one JSON document per event, line, record or element. A \
    stream that fails ends with an event named `error`, a last line or record with the member \
    `error`, or a broken connection.";
const EVENT_SOURCE: &str = "The replies, one an event, for callers that ask for events alone. A \
    stream that fails ends with an event named `error`.";

fn described(description: &str, content: &Value) -> Value {
    json!({ "description": description, "content": content })
}

/// A server-sent event whose data is a document of this schema.
fn event(schema: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "id": { "type": "string" },
            "event": { "type": "string", "description": "`error` for the end of a failed stream." },
            "retry": { "type": "integer", "minimum": 0 },
            "data": {
                "type": "string",
                "contentMediaType": JSON,
                "contentSchema": schema
            }
        },
        "required": ["data"]
    })
}

fn media(schema: &Value) -> Value {
    json!({ "schema": schema })
}

fn with(mut media: Value, examples: Object) -> Value {
    if !examples.is_empty() {
        media["examples"] = Value::Object(examples);
    }
    media
}

fn list(schema: &Value) -> Value {
    json!({ "type": "array", "items": schema })
}
