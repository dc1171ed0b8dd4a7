//! Finds the parts of a document that differ between versions. Examples are
//! the contract's own JSON and are left alone.

use serde_json::Value;

use crate::emit::schema::Object;

/// Calls `visit` with every operation, parameter, media type and any other
/// object that is no schema.
pub(super) fn objects(value: &mut Value, visit: &mut dyn FnMut(&mut Object)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| objects(item, visit)),
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                if !is_schema(key) && key != "examples" && key != "schemas" {
                    objects(value, visit);
                }
            }
            visit(object);
        }
        _ => {}
    }
}

/// Calls `visit` with every schema, those inside of others first.
pub(super) fn schemas(document: &mut Value, visit: &mut dyn FnMut(&mut Object)) {
    if let Some(Value::Object(named)) = document.pointer_mut("/components/schemas") {
        named.values_mut().for_each(|schema| inside(schema, visit));
    }
    objects(document, &mut |object| {
        for (key, value) in object.iter_mut() {
            if is_schema(key) {
                inside(value, visit);
            }
        }
    });
}

fn is_schema(key: &str) -> bool {
    matches!(key, "schema" | "itemSchema")
}

fn inside(schema: &mut Value, visit: &mut dyn FnMut(&mut Object)) {
    let Value::Object(object) = schema else { return };
    for (keyword, value) in object.iter_mut() {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(named)) => {
                for schema in named.values_mut() {
                    inside(schema, visit);
                }
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(all)) => {
                for schema in all {
                    inside(schema, visit);
                }
            }
            (
                "items" | "additionalProperties" | "propertyNames" | "not" | "contentSchema",
                schema,
            ) => inside(schema, visit),
            _ => {}
        }
    }
    visit(object);
}
