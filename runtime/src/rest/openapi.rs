//! One OpenAPI document of all services: `/openapi.json`.

use serde_json::{Map, Value};

use crate::service::Dispatcher;

/// The documents of the services merged into one; `None` where no service
/// has one.
///
/// Members of objects are united, lists joined without repetition; where two
/// documents give one member different texts, the first service's stands.
pub(super) fn document(dispatcher: &Dispatcher) -> Option<String> {
    let mut texts: Vec<&'static str> = Vec::new();
    for info in dispatcher.services() {
        if !info.openapi.is_empty() && !texts.contains(&info.openapi) {
            texts.push(info.openapi);
        }
    }
    let (first, others) = texts.split_first()?;
    if others.is_empty() {
        return Some((*first).to_owned());
    }
    let documents = texts.iter().filter_map(|text| serde_json::from_str(text).ok());
    documents.reduce(merge).map(|merged: Value| merged.to_string())
}

fn merge(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Object(first), Value::Object(second)) => merge_objects(first, second).into(),
        (Value::Array(mut first), Value::Array(second)) => {
            for element in second {
                if !first.contains(&element) {
                    first.push(element);
                }
            }
            first.into()
        }
        (first, _) => first,
    }
}

fn merge_objects(mut first: Map<String, Value>, second: Map<String, Value>) -> Map<String, Value> {
    for (name, theirs) in second {
        let own = first.remove(&name);
        let merged = match own {
            Some(own) => merge(own, theirs),
            None => theirs,
        };
        first.insert(name, merged);
    }
    first
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn two_documents_are_united() {
        let first = json!({ "info": { "title": "A" }, "tags": [{ "name": "a" }],
            "paths": { "/x": { "get": 1 } } });
        let second = json!({ "info": { "title": "B" }, "tags": [{ "name": "a" }, { "name": "b" }],
            "paths": { "/x": { "post": 2 }, "/y": {} } });
        let merged = json!({ "info": { "title": "A" }, "tags": [{ "name": "a" }, { "name": "b" }],
            "paths": { "/x": { "get": 1, "post": 2 }, "/y": {} } });
        assert_eq!(merge(first, second), merged);
    }
}
