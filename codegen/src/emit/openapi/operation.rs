//! One operation: a binding of an rpc.

use heck::ToTitleCase as _;
use serde_json::{Value, json};

use super::path::OpenApiPath;
use super::{SECURITY_SCHEME, body, error, header, parameter, tag_name};
use crate::contract::{Contract, HttpBinding, Method, Service};
use crate::emit::schema::{Describe as _, Object, Schemas};

/// The member that lists which of `requests` and `replies` stream as bytes.
const RAW_STREAMS: &str = "x-raw-streams";

/// A binding with what it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Bound<'a> {
    pub(super) service: &'a Service,
    pub(super) method: &'a Method,
    pub(super) binding: &'a HttpBinding,
}

/// What the parts of a document are written with.
pub(super) struct Writer<'a, 's> {
    pub(super) contract: &'a Contract,
    pub(super) schemas: Schemas<'a>,
    pub(super) services: &'s [&'a Service],
}

/// The operation object of a binding, under the parameter names of `names`.
pub(super) fn operation(
    writer: &mut Writer<'_, '_>,
    bound: Bound<'_>,
    own: &OpenApiPath,
    names: &OpenApiPath,
) -> Object {
    let Bound { service, method, binding } = bound;
    let mut operation = Object::new();
    operation.insert("operationId".into(), json!(binding.operation_id));
    operation.insert("tags".into(), json!([tag_name(writer.services, service)]));
    operation.insert("summary".into(), json!(method.name.to_title_case()));
    operation.summarize(&method.docs);
    secure(&mut operation, method);
    operation.deprecate(method.deprecated || service.deprecated);
    let mut parameters = parameter::of_path(writer, bound, own, names);
    parameters.extend(parameter::of_query(writer, bound));
    if body::is_events(writer.contract, bound) {
        parameters.push(parameter::resume());
    }
    if !parameters.is_empty() {
        operation.insert("parameters".into(), Value::Array(parameters));
    }
    if let Some(body) = body::request(writer, bound) {
        operation.insert("requestBody".into(), body);
    }
    operation.insert("responses".into(), responses(writer, bound));
    let raw = body::raw_streams(writer.contract, bound);
    if !raw.is_empty() {
        operation.insert(RAW_STREAMS.into(), json!(raw));
    }
    operation
}

fn responses(writer: &mut Writer<'_, '_>, bound: Bound<'_>) -> Value {
    let mut success = body::response(writer, bound);
    success["headers"] = header::of_reply();
    let failure = error::reference(bound.service);
    let mut responses = json!({ "200": success, "4XX": failure, "5XX": failure });
    if header::resumes(bound.method) {
        let seen_all = "The stream has ended, and the caller has seen all of it.";
        responses["204"] = json!({ "description": seen_all });
    }
    responses
}

/// The scopes that a caller needs, for programs and for people.
fn secure(operation: &mut Object, method: &Method) {
    if method.scopes.is_empty() {
        return;
    }
    let scopes = format!("Scopes: `{}`.", method.scopes.join("`, `"));
    let docs = operation.get("description").or_else(|| operation.get("summary"));
    let docs = docs.and_then(Value::as_str).unwrap_or_default();
    let description = format!("{docs}\n\n{scopes}");
    operation.insert("description".into(), json!(description));
    operation.insert("security".into(), json!([{ SECURITY_SCHEME: method.scopes }]));
}
