//! From 3.2 to 3.1, which has no schema for the items of a stream and no place
//! for methods that it does not name.

use serde_json::Value;

use super::walk;
use crate::emit::schema::Object;

/// Where operations of other methods stand.
const OTHER_METHODS: &str = "x-additionalOperations";

pub(super) fn apply(document: &mut Value) {
    walk::objects(document, &mut |object| {
        if let Some(item) = object.remove("itemSchema") {
            object.insert("schema".into(), content(item));
        }
    });
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Object::values_mut) {
        let Some(item) = item.as_object_mut() else { continue };
        let mut others = match item.remove("additionalOperations") {
            Some(Value::Object(others)) => others,
            _ => Object::new(),
        };
        if let Some(query) = item.remove("query") {
            others.insert("QUERY".into(), query);
        }
        if !others.is_empty() {
            item.insert(OTHER_METHODS.into(), Value::Object(others));
        }
    }
}

/// The schema of what an item holds: of an event, that of its data.
fn content(mut item: Value) -> Value {
    item.pointer_mut("/properties/data/contentSchema").map(Value::take).unwrap_or(item)
}
