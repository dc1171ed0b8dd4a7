//! One operation: a binding of an rpc.

use heck::ToTitleCase as _;
use serde_json::{Value, json};

use super::path::OpenApiPath;
use super::{SECURITY_SCHEME, body, error, parameter, tag_name};
use crate::contract::{Contract, HttpBinding, Method, Service};
use crate::emit::schema::{Describe as _, Object, Schemas};

/// A binding with what it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Bound<'a> {
    pub(super) service: &'a Service,
    pub(super) method: &'a Method,
    pub(super) binding: &'a HttpBinding,
}

/// The operation object of a binding, under the parameter names of `names`.
pub(super) fn operation(
    contract: &Contract,
    schemas: &mut Schemas<'_>,
    services: &[&Service],
    bound: Bound<'_>,
    own: &OpenApiPath,
    names: &OpenApiPath,
) -> Object {
    let Bound { service, method, binding } = bound;
    let mut operation = Object::new();
    operation.insert("operationId".into(), json!(binding.operation_id));
    operation.insert("tags".into(), json!([tag_name(services, service)]));
    operation.insert("summary".into(), json!(method.name.to_title_case()));
    operation.summarize(&method.docs);
    operation.deprecate(method.deprecated || service.deprecated);
    let mut parameters = parameter::of_path(contract, schemas, binding, own, names);
    parameters.extend(parameter::of_query(contract, schemas, &method.input, binding));
    parameters.extend(resume(method));
    if !parameters.is_empty() {
        operation.insert("parameters".into(), Value::Array(parameters));
    }
    if let Some(body) = body::request(contract, schemas, method, binding) {
        operation.insert("requestBody".into(), body);
    }
    let success = body::response(contract, schemas, method, binding);
    let failure = error::reference();
    let mut responses = json!({ "200": success, "4XX": failure, "5XX": failure });
    if resumes(method) {
        let seen_all = "The stream has ended, and the caller has seen all of it.";
        responses["204"] = json!({ "description": seen_all });
    }
    operation.insert("responses".into(), responses);
    if !method.scopes.is_empty() {
        operation.insert("security".into(), json!([{ SECURITY_SCHEME: method.scopes }]));
    }
    operation
}

/// Whether a client can go on with a stream that it lost.
fn resumes(method: &Method) -> bool {
    method.sse.as_ref().is_some_and(|sse| sse.replay_window > 0)
}

/// The header by which a client goes on with a stream it lost.
fn resume(method: &Method) -> Option<Value> {
    resumes(method).then(|| {
        json!({
            "name": "Last-Event-ID",
            "in": "header",
            "description": "The last event that was seen; the stream goes on after it.",
            "schema": { "type": "string" }
        })
    })
}
