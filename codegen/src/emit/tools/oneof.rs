//! Oneofs in words, for forms without `oneOf`, and without members that are no
//! properties.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::emit::schema::Object;

/// Takes the constraints of oneofs out of a schema, and says them in words.
pub(super) fn take(schema: &mut Object) -> Vec<String> {
    let mut words: Vec<_> = schema.remove("oneOf").iter().filter_map(sentence).collect();
    if let Some(Value::Array(all)) = schema.remove("allOf") {
        words.extend(all.iter().filter_map(|one| sentence(one.get("oneOf")?)));
    }
    words
}

/// What one constraint says: alternatives that require one property each, and
/// one for none of them where none is needed.
fn sentence(alternatives: &Value) -> Option<String> {
    let alternatives = alternatives.as_array()?;
    let name = |one: &Value| Some(format!("`{}`", one.get("required")?.get(0)?.as_str()?));
    let names: Vec<_> = alternatives.iter().filter_map(name).collect();
    let optional = alternatives.len() > names.len();
    let names = names.join(", ");
    Some(if optional {
        format!("set at most one of {names}")
    } else {
        format!("set exactly one of {names}")
    })
}

/// Takes every mention of these properties out of the constraints of a schema.
pub(super) fn forget(schema: &mut Object, names: &BTreeSet<String>) {
    if let Some(Value::Array(alternatives)) = schema.get_mut("oneOf")
        && !without(alternatives, names)
    {
        schema.remove("oneOf");
    }
    if let Some(Value::Array(all)) = schema.get_mut("allOf") {
        all.retain_mut(|one| match one.get_mut("oneOf") {
            Some(Value::Array(alternatives)) => without(alternatives, names),
            _ => true,
        });
        if all.is_empty() {
            schema.remove("allOf");
        }
    }
}

/// Leaves these names out of alternatives; whether they still constrain anything.
fn without(alternatives: &mut Vec<Value>, names: &BTreeSet<String>) -> bool {
    let requires = |one: &Value| {
        let required = one.get("required").and_then(|required| required.get(0)?.as_str());
        required.is_some_and(|name| names.contains(name))
    };
    alternatives.retain(|one| !requires(one));
    let mut optional = false;
    for one in alternatives.iter_mut() {
        if let Some(Value::Array(others)) = one.get_mut("not").and_then(|not| not.get_mut("anyOf"))
        {
            others.retain(|one| !requires(one));
            optional = true;
        }
    }
    // One member that may be left out is a property like any other.
    alternatives.len() > if optional { 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn forgotten(schema: Value, names: &[&str]) -> Value {
        let Value::Object(mut schema) = schema else { return schema };
        forget(&mut schema, &names.iter().map(|name| (*name).to_owned()).collect());
        Value::Object(schema)
    }

    fn group(names: &[&str], optional: bool) -> Value {
        let mut all: Vec<_> = names.iter().map(|name| json!({ "required": [name] })).collect();
        if optional {
            all.push(json!({ "not": { "anyOf": all } }));
        }
        Value::Array(all)
    }

    #[test]
    fn a_property_that_is_gone_is_in_no_constraint() {
        let three = json!({ "oneOf": group(&["a", "b", "c"], true) });
        let two = json!({ "oneOf": group(&["a", "c"], true) });
        assert_eq!(forgotten(three, &["b"]), two);
        assert_eq!(forgotten(two, &["a"]), json!({}));
        let exact = json!({ "allOf": [{ "oneOf": group(&["a", "b"], false) }] });
        let one = json!({ "allOf": [{ "oneOf": group(&["b"], false) }] });
        assert_eq!(forgotten(exact, &["a"]), one);
        assert_eq!(forgotten(one, &["b"]), json!({}));
    }
}
