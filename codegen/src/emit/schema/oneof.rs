//! Oneofs: at most one of several properties, in a form that validators
//! decide and code generators read as alternatives.

use serde_json::{Value, json};

use super::Object;

/// Properties of which at most one may be there, or exactly one.
#[derive(Clone, Debug, Default)]
pub(super) struct Group<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) required: bool,
}

/// Adds a constraint for each group that constrains anything.
pub(super) fn constrain(schema: &mut Object, groups: &[Group<'_>]) {
    let mut rules: Vec<Value> = groups
        .iter()
        .filter(|group| group.names.len() > usize::from(!group.required))
        .map(rule)
        .collect();
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

/// Exactly one of them is there, or none is if none must be.
fn rule(group: &Group<'_>) -> Value {
    let names = group.names.iter();
    let mut alternatives: Vec<_> = names.map(|name| json!({ "required": [name] })).collect();
    if !group.required {
        alternatives.push(json!({ "not": { "anyOf": alternatives } }));
    }
    Value::Array(alternatives)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constrained(groups: &[Group<'_>]) -> Value {
        let mut schema = Object::new();
        constrain(&mut schema, groups);
        Value::Object(schema)
    }

    #[test]
    fn one_of_a_required_group_must_be_there_even_if_it_has_one_member() {
        let group = Group { names: vec!["a"], required: true };
        assert_eq!(constrained(&[group]), json!({ "oneOf": [{ "required": ["a"] }] }));
    }

    #[test]
    fn a_member_alone_constrains_nothing() {
        assert_eq!(constrained(&[Group { names: vec!["a"], required: false }]), json!({}));
    }
}
