//! `cel` and `cel_expression`. They are compiled by the server when it starts:
//! a parser of CEL is too much for a build to carry.

use prost_reflect::{DynamicMessage, Value};

use super::reading::{Reading, strings, texts};
use crate::contract::model::{Check, Rule};

/// The rules that expressions state, in a set of rules of a message, a field
/// or elements.
pub(super) fn rules(reading: &mut Reading<'_, '_>, rules: &DynamicMessage) -> Vec<Rule> {
    let mut found = Vec::new();
    for text in strings(rules, "cel_expression") {
        found.extend(rule(reading, text.clone(), String::new(), text));
    }
    let list = rules.get_field_by_name("cel");
    let list = list.as_deref().and_then(Value::as_list).unwrap_or_default();
    for long in list.iter().filter_map(Value::as_message) {
        let part = |name: &str| {
            let value = long.get_field_by_name(name);
            texts(value.map(|value| Value::List(vec![value.into_owned()])).as_ref()).concat()
        };
        found.extend(rule(reading, part("id"), part("message"), part("expression")));
    }
    found
}

fn rule(reading: &mut Reading<'_, '_>, id: String, message: String, text: String) -> Option<Rule> {
    if text.trim().is_empty() {
        let hint = "state when it holds, such as `this != ''`";
        reading.wrong("cel", "an expression is empty".to_owned(), Some(hint));
        return None;
    }
    let place = reading.lowering.quoted(&reading.place, &text);
    let place = format!("{}:{}:{}", place.file, place.line, place.column);
    Some(Rule { id, message, check: Check::Cel { text, place } })
}
