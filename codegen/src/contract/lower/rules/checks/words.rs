//! Values in the texts of violations.

use prost_reflect::{DynamicMessage, ReflectMessage as _, Value};
use prost_types::{Duration, Timestamp};

/// A value, or the list of values in brackets.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::I32(number) | Value::EnumNumber(number) => number.to_string(),
        Value::U32(number) => number.to_string(),
        Value::I64(number) => number.to_string(),
        Value::U64(number) => number.to_string(),
        // Rules are compared as numbers of double precision, and shown so.
        Value::F32(number) => float(f64::from(*number)),
        Value::F64(number) => float(*number),
        Value::String(text) => text.clone(),
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Value::List(list) => {
            let list: Vec<String> = list.iter().map(self::value).collect();
            format!("[{}]", list.join(", "))
        }
        Value::Message(message) => message_text(message),
        Value::Map(_) => String::new(),
    }
}

pub(super) fn in_list(list: &Value) -> String {
    format!("must be in list {}", value(list))
}

pub(super) fn not_in_list(list: &Value) -> String {
    format!("must not be in list {}", value(list))
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A bound in words.
pub(super) fn bound(name: &str, bound: &Value) -> String {
    let bound = value(bound);
    match name {
        "gt" => format!("greater than {bound}"),
        "gte" => format!("greater than or equal to {bound}"),
        "lt" => format!("less than {bound}"),
        _ => format!("less than or equal to {bound}"),
    }
}

/// The shortest decimal.
fn float(number: f64) -> String {
    if number.is_finite() {
        return number.to_string();
    }
    let infinite = if number > 0.0 { "Infinity" } else { "-Infinity" };
    (if number.is_nan() { "NaN" } else { infinite }).to_owned()
}

/// The two numbers of a duration or a timestamp.
pub(super) fn time(message: &DynamicMessage) -> Option<(i64, i32)> {
    let seconds = message.get_field_by_name("seconds")?.as_i64()?;
    Some((seconds, message.get_field_by_name("nanos")?.as_i32()?))
}

fn message_text(message: &DynamicMessage) -> String {
    let Some((seconds, nanos)) = time(message) else { return String::new() };
    match message.descriptor().full_name() {
        "google.protobuf.Duration" => {
            let text = Duration { seconds, nanos }.to_string();
            let digits = text.trim_end_matches('s');
            let shortest = digits.trim_end_matches('0').trim_end_matches('.');
            format!("{}s", if digits.contains('.') { shortest } else { digits })
        }
        _ => Timestamp { seconds, nanos }.to_string(),
    }
}
