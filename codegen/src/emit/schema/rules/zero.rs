//! Which rules refuse the zero value: a field without presence that has one
//! must be in the document, since leaving it out says zero.

use serde_json::Value;

use crate::contract::{Contract, Field, Kind, Rules};

/// Whether the zero value of a field without presence breaks its rules.
/// Patterns and expressions are not evaluated.
pub(in super::super) fn refuses_zero(contract: &Contract, field: &Field) -> bool {
    let rules = &field.rules;
    rules.required || !rules.zero_allowed && (is_too_short(rules) || is_excluded(contract, field))
}

fn is_too_short(rules: &Rules) -> bool {
    // Of the formats of texts, a reference alone may be empty.
    let formatted = rules
        .format
        .as_deref()
        .is_some_and(|name| !matches!(name, "uri_ref" | "http_header_name" | "http_header_value"));
    let part = |part: &Option<String>| part.as_ref().is_some_and(|part| !part.is_empty());
    rules.size.min > 0
        || rules.bytes.min > 0
        || formatted
        || part(&rules.prefix)
        || part(&rules.suffix)
        || part(&rules.contains)
}

fn is_excluded(contract: &Contract, field: &Field) -> bool {
    let rules = &field.rules;
    let zero = |value: &Value| is_zero(contract, field, value);
    let mut only = rules.constant.iter().chain(&rules.only).peekable();
    let listed = only.peek().is_some() && !only.any(zero);
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let above =
        rules.lower.as_ref().and_then(|bound| Some((number(&bound.value)?, bound.inclusive)));
    let below =
        rules.upper.as_ref().and_then(|bound| Some((number(&bound.value)?, bound.inclusive)));
    let over = above.is_some_and(|(bound, inclusive)| bound > 0.0 || bound == 0.0 && !inclusive);
    let under = below.is_some_and(|(bound, inclusive)| bound < 0.0 || bound == 0.0 && !inclusive);
    let outside = above.zip(below).is_some_and(|(above, below)| above.0 > below.0);
    let out = if outside { over && under } else { over || under };
    listed || rules.except.iter().any(zero) || out
}

fn is_zero(contract: &Contract, field: &Field, value: &Value) -> bool {
    if let (Kind::Enum(id), Some(name)) = (&field.kind, value.as_str()) {
        let values = &contract.enumeration(*id).values;
        return values.iter().any(|value| value.name == name && value.number == 0);
    }
    match value {
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "0",
        _ => false,
    }
}
