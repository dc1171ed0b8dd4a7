//! Rules that some types have and the others do not.

use std::borrow::Cow;

use super::Setting;
use super::literal::literal;
use crate::contract::model::{Expression, Rules};

/// The name of the well-known format of a text.
pub(super) fn format(typed: &Setting) -> Option<String> {
    let (name, value) = typed.member("well_known")?;
    match value.as_enum_number() {
        Some(1) => Some("http_header_name".to_owned()),
        Some(2) => Some("http_header_value".to_owned()),
        Some(_) => None,
        None => value.as_bool().unwrap_or_default().then_some(name),
    }
}

/// What a text starts with, ends with and contains. In bytes they are no texts.
pub(super) fn parts(typed: &Setting, rules: &mut Rules) {
    for (name, slot) in [
        ("prefix", &mut rules.prefix),
        ("suffix", &mut rules.suffix),
        ("contains", &mut rules.contains),
    ] {
        let value = typed.value(name).map(Cow::into_owned);
        *slot = match value.as_ref() {
            Some(prost_reflect::Value::Bytes(_)) => {
                let shown = value.as_ref().and_then(|value| literal(value, None));
                let message = format!("{name} {} (base64)", shown.unwrap_or_default());
                rules.expressions.push(Expression { message, text: String::new() });
                None
            }
            Some(value) => value.as_str().map(str::to_owned),
            None => None,
        };
    }
}

/// Relations of a timestamp to the time of the check.
pub(super) fn now(typed: &Setting) -> Vec<String> {
    let mut found = Vec::new();
    if typed.bool("lt_now") {
        found.push("in the past".to_owned());
    }
    if typed.bool("gt_now") {
        found.push("in the future".to_owned());
    }
    let within = typed.value("within").and_then(|value| literal(&value, None));
    if let Some(within) = within.as_ref().and_then(|within| within.as_str()) {
        found.push(format!("at most {within} from now"));
    }
    found
}

/// `AnyRules`: which types it may hold.
pub(super) fn any(typed: &Setting, rules: &mut Rules) {
    listed(typed, rules, ("one of the types", "none of the types"));
}

/// `FieldMaskRules`: which paths it may hold.
pub(super) fn field_mask(typed: &Setting, rules: &mut Rules) {
    listed(typed, rules, ("only paths of", "no path of"));
}

fn listed(typed: &Setting, rules: &mut Rules, words: (&str, &str)) {
    for (name, words) in [("in", words.0), ("not_in", words.1)] {
        let names = typed.strings(name);
        if !names.is_empty() {
            let message = format!("{words} `{}`", names.join("`, `"));
            rules.expressions.push(Expression { message, text: String::new() });
        }
    }
}
