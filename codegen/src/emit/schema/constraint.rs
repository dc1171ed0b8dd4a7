//! Oneofs: at most one of several properties, in a form that validators
//! decide and code generators read as alternatives.

use serde_json::{Value, json};

use super::Object;

/// Adds a constraint for each group of properties of which one may be there.
pub(super) fn at_most_one(schema: &mut Object, groups: &[Vec<&str>]) {
    let mut rules: Vec<Value> =
        groups.iter().filter(|group| group.len() > 1).map(|group| rule(group)).collect();
    match rules.len() {
        0 => {}
        1 => {
            schema.insert("oneOf".into(), rules.remove(0));
        }
        _ => {
            let all: Vec<_> = rules.into_iter().map(|rule| json!({ "oneOf": rule })).collect();
            schema.insert("allOf".into(), Value::Array(all));
        }
    }
}

/// Either exactly one of them is there, or none is.
fn rule(names: &[&str]) -> Value {
    let mut alternatives: Vec<_> = names.iter().map(|name| json!({ "required": [name] })).collect();
    alternatives.push(json!({ "not": { "anyOf": alternatives } }));
    Value::Array(alternatives)
}
