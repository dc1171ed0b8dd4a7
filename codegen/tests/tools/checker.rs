//! The rules that providers publish for their strict forms, written down a
//! second time, as a list of what may stand where.

use serde_json::{Map, Value};

struct Rules {
    keywords: &'static [&'static str],
    closed: bool,
    all_required: bool,
}

const STRUCTURE: [&str; 5] = ["type", "description", "properties", "required", "items"];

/// Panics at what the provider's strict form refuses.
pub(crate) fn check(dialect: &str, root: &Value) {
    let rules = match dialect {
        "openai" => Rules {
            keywords: &[
                "additionalProperties",
                "$ref",
                "$defs",
                "anyOf",
                "enum",
                "const",
                "format",
                "pattern",
                "multipleOf",
                "minimum",
                "maximum",
                "exclusiveMinimum",
                "exclusiveMaximum",
                "minItems",
                "maxItems",
            ],
            closed: true,
            all_required: true,
        },
        "anthropic" => Rules {
            keywords: &[
                "additionalProperties",
                "$ref",
                "$defs",
                "anyOf",
                "enum",
                "const",
                "format",
                "minItems",
            ],
            closed: true,
            all_required: false,
        },
        _ => Rules {
            keywords: &[
                "anyOf",
                "enum",
                "format",
                "nullable",
                "title",
                "pattern",
                "minimum",
                "maximum",
                "minItems",
                "maxItems",
                "minLength",
                "maxLength",
                "minProperties",
                "maxProperties",
            ],
            closed: false,
            all_required: false,
        },
    };
    let object = root.as_object().expect("the root is an object");
    let kind = object["type"].as_str().expect("the root has one type");
    assert!(kind.eq_ignore_ascii_case("object"), "the root is of type {kind}");
    assert!(!object.contains_key("anyOf"), "a union at the root");
    schema(&rules, object);
    let definitions = object.get("$defs").and_then(Value::as_object);
    definitions.into_iter().flatten().for_each(|(_, inner)| visit(&rules, inner));
}

fn visit(rules: &Rules, value: &Value) {
    schema(rules, value.as_object().expect("a schema is an object"));
}

fn schema(rules: &Rules, object: &Map<String, Value>) {
    for keyword in object.keys() {
        let known =
            STRUCTURE.contains(&keyword.as_str()) || rules.keywords.contains(&keyword.as_str());
        assert!(known, "`{keyword}` in {object:?}");
    }
    if object.contains_key("$ref") {
        assert_eq!(object.len(), 1, "something stands beside a reference: {object:?}");
        return;
    }
    assert!(object.contains_key("type") || object.contains_key("anyOf"), "no type: {object:?}");
    if let Some(Value::Object(properties)) = object.get("properties") {
        let required = object.get("required").and_then(Value::as_array);
        let required: Vec<&str> =
            required.into_iter().flatten().filter_map(Value::as_str).collect();
        assert!(required.iter().all(|name| properties.contains_key(*name)), "{object:?}");
        assert!(!rules.all_required || required.len() == properties.len(), "{object:?}");
        assert!(!rules.closed || object["additionalProperties"] == false, "{object:?}");
        properties.values().for_each(|inner| visit(rules, inner));
    }
    if let Some(items) = object.get("items") {
        visit(rules, items);
    }
    object.get("anyOf").and_then(Value::as_array).into_iter().flatten().for_each(|inner| {
        visit(rules, inner);
    });
}
