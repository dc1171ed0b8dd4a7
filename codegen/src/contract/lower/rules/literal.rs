//! Literals of rules in the form that proto3 JSON gives the values they are
//! compared with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost_reflect::{DynamicMessage, EnumDescriptor, ReflectMessage as _, Value};
use prost_types::{Duration, Timestamp};
use serde_json::Value as Json;

/// A literal; `None` for what has no one form.
pub(super) fn literal(value: &Value, enumeration: Option<&EnumDescriptor>) -> Option<Json> {
    Some(match value {
        Value::Bool(value) => Json::Bool(*value),
        Value::I32(number) => {
            let named = enumeration.and_then(|of| of.get_value(*number));
            named.map_or_else(|| Json::from(*number), |value| Json::from(value.name()))
        }
        Value::U32(number) => Json::from(*number),
        Value::I64(number) => Json::from(number.to_string()),
        Value::U64(number) => Json::from(number.to_string()),
        // The shortest decimal that is this number, which its widened form is not.
        Value::F32(number) => float(number.to_string().parse().unwrap_or(f64::from(*number))),
        Value::F64(number) => float(*number),
        Value::String(text) => Json::from(text.as_str()),
        Value::Bytes(bytes) => Json::from(STANDARD.encode(bytes)),
        Value::Message(message) => time(message)?,
        _ => return None,
    })
}

fn float(number: f64) -> Json {
    serde_json::Number::from_f64(number).map_or_else(
        || {
            let infinite = if number > 0.0 { "Infinity" } else { "-Infinity" };
            Json::from(if number.is_nan() { "NaN" } else { infinite })
        },
        Json::Number,
    )
}

/// A duration or a timestamp.
fn time(message: &DynamicMessage) -> Option<Json> {
    let number = |name: &str| {
        let value = message.get_field_by_name(name)?;
        value.as_i64().or_else(|| value.as_i32().map(i64::from))
    };
    let (seconds, nanos) = (number("seconds")?, i32::try_from(number("nanos")?).ok()?);
    match message.descriptor().full_name() {
        "google.protobuf.Duration" => Some(Duration { seconds, nanos }.to_string().into()),
        "google.protobuf.Timestamp" => Some(Timestamp { seconds, nanos }.to_string().into()),
        _ => None,
    }
}
