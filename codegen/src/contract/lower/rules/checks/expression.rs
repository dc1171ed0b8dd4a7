//! `cel` and `cel_expression`, and the expressions of predefined rules. They are compiled by the server when it starts:
//! a parser of CEL is too much for a build to carry.

use prost_reflect::{DynamicMessage, Value};

use super::predefined::Predefined;
use super::reading::{Reading, strings, texts};
use crate::contract::model::{Check, Rule};

/// The rules that expressions state, in a set of rules of a message, a field
/// or elements.
pub(super) fn rules(reading: &mut Reading<'_, '_>, rules: &DynamicMessage) -> Vec<Rule> {
    let mut found = Vec::new();
    for text in strings(rules, "cel_expression") {
        found.extend(rule(reading, text.clone(), String::new(), text, None));
    }
    found.extend(long(reading, rules, None));
    found
}

/// The rules that `cel` states; those of a predefined rule under the value that
/// it was given.
pub(super) fn long(
    reading: &mut Reading<'_, '_>,
    rules: &DynamicMessage,
    predefined: Option<&Predefined>,
) -> Vec<Rule> {
    let mut found = Vec::new();
    let list = rules.get_field_by_name("cel");
    let list = list.as_deref().and_then(Value::as_list).unwrap_or_default();
    for long in list.iter().filter_map(Value::as_message) {
        let part = |name: &str| {
            let value = long.get_field_by_name(name);
            texts(value.map(|value| Value::List(vec![value.into_owned()])).as_ref()).concat()
        };
        let [id, message, text] = ["id", "message", "expression"].map(part);
        found.extend(rule(reading, id, message, text, predefined));
    }
    found
}

fn rule(
    reading: &mut Reading<'_, '_>,
    id: String,
    message: String,
    text: String,
    predefined: Option<&Predefined>,
) -> Option<Rule> {
    if text.trim().is_empty() {
        let hint = "state when it holds, such as `this != ''`";
        reading.wrong("cel", "an expression is empty".to_owned(), Some(hint));
        return None;
    }
    let place = predefined.map_or(&reading.place, |predefined| &predefined.place);
    let place = reading.lowering.quoted(place, &text);
    let place = format!("{}:{}:{}", place.file, place.line, place.column);
    let rule = predefined.map(|predefined| predefined.value.clone());
    Some(Rule { id, message, check: Check::Cel { text, place, rule } })
}
