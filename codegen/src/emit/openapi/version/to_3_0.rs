//! From 3.1 to 3.0, whose schemas are an older dialect of their own.

use serde_json::{Value, json};

use super::walk;
use crate::emit::schema::Object;

pub(super) fn apply(document: &mut Value) {
    walk::schemas(document, &mut schema);
    walk::objects(document, &mut body);
    for item in document.pointer_mut("/paths").and_then(Value::as_object_mut).into_iter().flatten()
    {
        for (_, operation) in item.1.as_object_mut().into_iter().flatten() {
            scopes(operation);
        }
    }
}

fn schema(schema: &mut Object) {
    nullable(schema);
    content(schema);
    condition(schema);
    schema.remove("propertyNames");
    if let Some(Value::Array(examples)) = schema.remove("examples")
        && let Some(example) = examples.into_iter().next()
    {
        schema.insert("example".into(), example);
    }
    for (exclusive, inclusive) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")]
    {
        if let Some(bound) = schema.remove(exclusive) {
            schema.insert(inclusive.into(), bound);
            schema.insert(exclusive.into(), json!(true));
        }
    }
    // What stands beside a reference does not count here.
    if schema.len() > 1
        && let Some(reference) = schema.remove("$ref")
    {
        schema.insert("allOf".into(), json!([{ "$ref": reference }]));
    }
}

/// `null` as a property of the type that it is an alternative to.
fn nullable(schema: &mut Object) {
    if or_null(schema) {
        return;
    }
    if let Some(Value::Array(types)) = schema.get("type") {
        let first = types.iter().find(|name| *name != "null").cloned();
        let is_nullable = types.iter().any(|name| name == "null");
        schema.insert("type".into(), first.unwrap_or_else(|| json!("string")));
        if is_nullable {
            schema.insert("nullable".into(), json!(true));
        }
    } else if schema.get("enum") == Some(&json!([null])) && !schema.contains_key("type") {
        // Null alone has no form here that generators take.
        schema.remove("enum");
        schema.insert("description".into(), json!("Always null."));
    }
}

/// A schema with null as an alternative: whether this was one. Linters want a type
/// beside `nullable`; what has none of its own is a reference to a message.
fn or_null(schema: &mut Object) -> bool {
    let Some(Value::Array(alternatives)) = schema.get("anyOf") else { return false };
    let [only, null] = alternatives.as_slice() else { return false };
    if *null != json!({ "type": "null" }) {
        return false;
    }
    let only = only.clone();
    schema.remove("anyOf");
    schema.insert("type".into(), only.get("type").cloned().unwrap_or_else(|| json!("object")));
    schema.insert("nullable".into(), json!(true));
    schema.insert("allOf".into(), json!([only]));
    true
}

/// Which properties go together, in words: generators that read this version
/// multiply the alternatives of an object into a type for each combination,
/// which takes minutes and gigabytes for three oneofs.
fn condition(schema: &mut Object) {
    if !schema.contains_key("properties") {
        return;
    }
    let single = schema.remove("oneOf").map(|alternatives| json!([{ "oneOf": alternatives }]));
    let groups = schema.remove("allOf").or(single);
    for group in groups.as_ref().and_then(Value::as_array).into_iter().flatten() {
        let Some(Value::Array(alternatives)) = group.get("oneOf") else { continue };
        let names = alternatives.iter().filter_map(|it| it.pointer("/required/0")?.as_str());
        let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
        let optional = names.len() < alternatives.len();
        let words = if optional { "At most one of" } else { "Exactly one of" };
        let sentence = format!("{words} {}.", names.join(", "));
        let docs = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let docs = if docs.is_empty() { sentence } else { format!("{docs}\n\n{sentence}") };
        schema.insert("description".into(), json!(docs));
    }
}

/// Bytes, in base64 or as they are.
fn content(schema: &mut Object) {
    if schema.remove("contentEncoding").is_some() {
        // openapi-generator's Rust does not compile for bytes that may be null.
        if !schema.contains_key("nullable") {
            schema.insert("format".into(), json!("byte"));
        }
    } else if schema.remove("contentMediaType").is_some() {
        schema.insert("type".into(), json!("string"));
        schema.insert("format".into(), json!("binary"));
    }
    schema.remove("contentSchema");
}

/// The request body of an operation. Tools that read this version want one
/// concrete type: of a stream, the one whose schema it can state; of a body of
/// any type, that of bytes.
fn body(operation: &mut Object) {
    let content = operation.get_mut("requestBody").and_then(|body| body.get_mut("content"));
    let Some(Value::Object(content)) = content else { return };
    if content.len() > 1 {
        content.retain(|name, _| name == "application/json");
    }
    if let Some(raw) = content.remove("*/*") {
        content.insert("application/octet-stream".into(), raw);
    }
}

/// Scopes stand in the description too; here a scheme without flows has none.
fn scopes(operation: &mut Value) {
    let security = operation.get_mut("security").and_then(Value::as_array_mut);
    for scheme in security.into_iter().flatten() {
        for (_, scopes) in scheme.as_object_mut().into_iter().flatten() {
            *scopes = json!([]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(value: &Value) -> Value {
        let mut document = json!({ "components": { "schemas": { "a": value } } });
        apply(&mut document);
        document["components"]["schemas"]["a"].take()
    }

    #[test]
    fn an_alternative_of_null_is_nullable() {
        let expected = json!({ "type": "boolean", "nullable": true });
        assert_eq!(lowered(&json!({ "type": ["boolean", "null"] })), expected);
    }

    #[test]
    fn a_reference_or_null_is_a_nullable_part_of_all() {
        let reference = json!({ "$ref": "#/x" });
        let expected = json!({ "type": "object", "nullable": true, "allOf": [reference] });
        assert_eq!(lowered(&json!({ "anyOf": [reference, { "type": "null" }] })), expected);
    }

    #[test]
    fn an_exclusive_bound_is_a_bound_and_a_mark() {
        let lowered = lowered(&json!({ "type": "integer", "exclusiveMinimum": 3 }));
        assert_eq!(lowered, json!({ "type": "integer", "minimum": 3, "exclusiveMinimum": true }));
    }

    #[test]
    fn which_properties_go_together_is_told_in_words() {
        let one = json!([{ "required": ["b"] }, { "required": ["c"] }]);
        let none = json!([{ "required": ["d"] }, { "required": ["e"] }, { "not": {} }]);
        let rules = json!([{ "oneOf": one }, { "oneOf": none }]);
        let lowered = lowered(&json!({ "properties": {}, "allOf": rules }));
        let words = "Exactly one of `b`, `c`.\n\nAt most one of `d`, `e`.";
        assert_eq!(lowered, json!({ "properties": {}, "description": words }));
    }

    #[test]
    fn what_stands_beside_a_reference_gets_an_object_of_its_own() {
        let lowered = lowered(&json!({ "properties": { "b": {
            "$ref": "#/x", "description": "B.", "examples": [1, 2]
        } } }));
        let b = json!({ "description": "B.", "example": 1, "allOf": [{ "$ref": "#/x" }] });
        assert_eq!(lowered["properties"]["b"], b);
    }

    #[test]
    fn a_property_that_is_called_like_a_keyword_is_left_alone() {
        let properties =
            json!({ "examples": { "type": "string" }, "schema": { "type": "integer" } });
        let schema = json!({ "type": "object", "properties": properties });
        assert_eq!(lowered(&schema), schema);
    }

    #[test]
    fn examples_of_calls_are_left_alone() {
        let media = json!({ "examples": { "a": { "value": { "schema": { "examples": [1] } } } } });
        let mut document = json!({ "paths": { "/": { "get": { "x": media } } } });
        let before = document.clone();
        apply(&mut document);
        assert_eq!(document, before);
    }
}
