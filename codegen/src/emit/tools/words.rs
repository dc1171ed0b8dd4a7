//! Keywords of JSON Schema in words, for forms that do not have them.

use serde_json::Value;

/// What a keyword says, for keywords that constrain values or help to choose
/// one.
pub(super) fn in_words(keyword: &str, value: &Value) -> Option<String> {
    let words = match keyword {
        "minLength" => "least length",
        "maxLength" => "greatest length",
        "pattern" => "matches",
        "minimum" => "at least",
        "maximum" => "at most",
        "exclusiveMinimum" => "more than",
        "exclusiveMaximum" => "less than",
        "multipleOf" => "a multiple of",
        "minItems" => "least number of elements",
        "maxItems" => "greatest number of elements",
        "contentEncoding" => "encoded as",
        "format" if !is_number(value) => "format",
        "examples" => "for example",
        "uniqueItems" => return Some("no two elements are equal".to_owned()),
        "deprecated" => return Some("deprecated, prefer not to set it".to_owned()),
        _ => return None,
    };
    let text = match value {
        Value::String(text) => format!("`{text}`"),
        Value::Array(values) => {
            values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    Some(format!("{words} {text}"))
}

/// Whether a format is that of a number, which its type and bounds say better.
fn is_number(format: &Value) -> bool {
    let numbers = ["int32", "int64", "uint32", "uint64", "float", "double"];
    format.as_str().is_some_and(|format| numbers.contains(&format))
}
