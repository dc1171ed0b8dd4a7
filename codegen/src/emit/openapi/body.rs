//! Request bodies and successful responses: their content types and schemas.

use serde_json::{Value, json};

use crate::contract::{
    Contract, FieldRef, HttpBinding, HttpBody, Kind, Method, StreamForm, TypeRef,
};
use crate::emit::schema::Schemas;

use super::paths::is_event_source;

const JSON: &str = "application/json";
const NDJSON: &str = "application/x-ndjson";
const EVENTS: &str = "text/event-stream";

const EVENT_SOURCE: &str = "The replies, one an event, for callers that ask for events alone.";

/// The message that is a raw body of any type.
const RAW_BODY: &str = "google.api.HttpBody";

/// The request body of a binding, if it has one.
pub(super) fn request(
    contract: &Contract,
    schemas: &mut Schemas<'_>,
    method: &Method,
    binding: &HttpBinding,
) -> Option<Value> {
    let (schema, required) = match &binding.body {
        HttpBody::None => return None,
        HttpBody::Field(field) => {
            (body_field(contract, schemas, *field, binding), is_required(contract, *field))
        }
        HttpBody::All => (whole(schemas, &method.input, binding), false),
    };
    let content = if is_raw(contract, method, &binding.body) {
        raw()
    } else if method.shape.client_streams() {
        json!({ NDJSON: media(&schema), JSON: list(&schema) })
    } else {
        json!({ JSON: media(&schema) })
    };
    let mut body = json!({ "content": content });
    if required || method.shape.client_streams() {
        body["required"] = json!(true);
    }
    Some(body)
}

fn is_required(contract: &Contract, field: FieldRef) -> bool {
    crate::emit::schema::is_required(contract.field(field))
}

/// Whether the body is that of a [`RAW_BODY`].
fn is_raw(contract: &Contract, method: &Method, body: &HttpBody) -> bool {
    let of = match body {
        HttpBody::None => return false,
        HttpBody::All => &method.input,
        HttpBody::Field(field) => match &contract.field(*field).kind {
            Kind::Message(of) => of,
            _ => return false,
        },
    };
    contract.type_name(of) == RAW_BODY
}

fn raw() -> Value {
    json!({ "*/*": { "schema": {} } })
}

/// The whole request, without what the path holds.
fn whole(schemas: &mut Schemas<'_>, input: &TypeRef, binding: &HttpBinding) -> Value {
    match input {
        TypeRef::Message(id) if !binding.variables.is_empty() => {
            let bound: Vec<_> = binding.variables.iter().map(Vec::as_slice).collect();
            schemas.without(*id, &bound)
        }
        _ => schemas.of(input),
    }
}

/// One field of the request, without what the path holds of it.
fn body_field(
    contract: &Contract,
    schemas: &mut Schemas<'_>,
    field: FieldRef,
    binding: &HttpBinding,
) -> Value {
    let inner: Vec<_> = binding
        .variables
        .iter()
        .filter_map(|path| path.split_first())
        .filter(|(first, rest)| **first == field && !rest.is_empty())
        .map(|(_, rest)| rest)
        .collect();
    match (inner.first().and_then(|path| path.first()), inner.as_slice()) {
        (Some(step), paths) => schemas.without(step.message, paths),
        _ => schemas.field(contract.field(field)),
    }
}

/// The response of a call that succeeded.
pub(super) fn response(
    contract: &Contract,
    schemas: &mut Schemas<'_>,
    method: &Method,
    binding: &HttpBinding,
) -> Value {
    if binding.response_body.is_none() && contract.type_name(&method.output) == RAW_BODY {
        return json!({ "description": "The reply.", "content": raw() });
    }
    let schema = match binding.response_body {
        Some(field) => schemas.field(contract.field(field)),
        None => schemas.of(&method.output),
    };
    if !method.shape.server_streams() {
        return json!({ "description": "The reply.", "content": { JSON: media(&schema) } });
    }
    if is_event_source(binding) {
        let content = json!({ EVENTS: media(&schema) });
        return json!({ "description": EVENT_SOURCE, "content": content });
    }
    let default = method.sse.as_ref().map_or(StreamForm::Sse, |sse| sse.default_form);
    let mut forms = [
        (StreamForm::Sse, EVENTS, media(&schema)),
        (StreamForm::Ndjson, NDJSON, media(&schema)),
        (StreamForm::JsonArray, JSON, list(&schema)),
    ];
    // The first one is what a caller gets that accepts anything.
    forms.sort_by_key(|(form, ..)| *form != default);
    let content: Value =
        forms.into_iter().map(|(_, name, media)| (name.to_owned(), media)).collect();
    json!({
        "description": "The replies: one JSON document per event, line or element.",
        "content": content
    })
}

fn media(schema: &Value) -> Value {
    json!({ "schema": schema })
}

fn list(schema: &Value) -> Value {
    json!({ "schema": { "type": "array", "items": schema } })
}
