//! Examples of calls, cut to what stands in a body, a parameter or a reply.

use serde_json::{Value, json};

use crate::contract::{Contract, Example, FieldRef, HttpBinding, HttpBody, Method};
use crate::emit::schema::Object;

/// The examples of a request body.
pub(super) fn of_body(contract: &Contract, method: &Method, binding: &HttpBinding) -> Object {
    named(method, |example| {
        let request = example.request.clone()?;
        if method.shape.client_streams() {
            return Some(request);
        }
        let mut body = request;
        for path in &binding.variables {
            remove(contract, &mut body, path);
        }
        match &binding.body {
            HttpBody::None => None,
            HttpBody::All => Some(body),
            HttpBody::Field(field) => body.get_mut(&contract.field(*field).json).map(Value::take),
        }
    })
}

/// The examples of a reply's body.
pub(super) fn of_reply(contract: &Contract, method: &Method, binding: &HttpBinding) -> Object {
    named(method, |example| {
        let reply = example.reply.as_ref()?;
        let Some(field) = binding.response_body else { return Some(reply.clone()) };
        let name = &contract.field(field).json;
        match reply {
            Value::Array(replies) => replies.iter().map(|reply| reply.get(name).cloned()).collect(),
            reply => reply.get(name).cloned(),
        }
    })
}

/// The examples of a parameter that is the field at this path of the request.
pub(super) fn of_parameter(contract: &Contract, method: &Method, path: &[FieldRef]) -> Object {
    named(method, |example| {
        let mut value = example.request.as_ref()?;
        for step in path {
            value = value.get(&contract.field(*step).json)?;
        }
        Some(value.clone())
    })
}

fn named(method: &Method, value: impl Fn(&Example) -> Option<Value>) -> Object {
    let examples = method.examples.iter().filter_map(|example| {
        let mut object = Object::new();
        for (key, text) in [("summary", &example.summary), ("description", &example.description)] {
            if !text.is_empty() {
                object.insert(key.into(), json!(text));
            }
        }
        object.insert("value".into(), value(example)?);
        Some((example.name.clone(), Value::Object(object)))
    });
    examples.collect()
}

/// Takes a field out of a document, and what is empty without it.
fn remove(contract: &Contract, document: &mut Value, path: &[FieldRef]) {
    let (Some((first, rest)), Some(object)) = (path.split_first(), document.as_object_mut()) else {
        return;
    };
    let name = &contract.field(*first).json;
    if rest.is_empty() {
        object.remove(name);
    } else if let Some(inner) = object.get_mut(name) {
        remove(contract, inner, rest);
    }
}
