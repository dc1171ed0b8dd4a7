//! One field of a message as a JSON document of its own: what `body` and
//! `response_body` of an HTTP binding ask for.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::Options;
use crate::codec::{Cardinality, Field, Kind, Message, MessageType, WireError, wkt};

/// The JSON of one field of a message. A field that is absent gives its
/// default where presence is implicit, an empty list or map, or else `null`.
///
/// # Errors
/// As [`Message::write_json_with`].
pub fn field_json(
    message: &dyn Message,
    field: &Field,
    options: &Options,
) -> Result<Vec<u8>, WireError> {
    let mut text = Vec::new();
    message.write_json_with(options, &mut text)?;
    let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(&text)
        .map_err(|error| WireError::new("", format!("not an object: {error}")))?;
    Ok(match fields.get(field.json) {
        Some(value) => value.get().into(),
        None => absent(field).into(),
    })
}

/// The message with one field, whose value is this JSON text.
///
/// # Errors
/// The text is not exactly one JSON value, or none of the field. Paths are those of
/// the message, lines and columns those of the text.
pub fn field_from_json(
    of: &MessageType,
    field: &Field,
    text: &[u8],
    options: &Options,
) -> Result<Box<dyn Message>, WireError> {
    let wrapped = wrap(field, text)?;
    let before = wrapped.len() - text.len() - 1;
    of.from_json(&wrapped, options).map_err(|error| {
        error.placed(|line, column| match line {
            1 => (1, column.saturating_sub(before)),
            _ => (line, column),
        })
    })
}

/// The object with one member, its value as it stands in the text.
fn wrap(field: &Field, text: &[u8]) -> Result<Vec<u8>, WireError> {
    let _: &RawValue = serde_json::from_slice(text)
        .map_err(|error| WireError::new(field.json, error.to_string()))?;
    let name = serde_json::Value::from(field.json).to_string();
    Ok([&b"{"[..], name.as_bytes(), b":", text, b"}"].concat())
}

fn absent(field: &Field) -> String {
    match field.cardinality {
        Cardinality::Repeated => "[]".into(),
        Cardinality::Map(_) => "{}".into(),
        Cardinality::Implicit => default(field.kind),
        Cardinality::Optional | Cardinality::Required | Cardinality::Oneof(_) => "null".into(),
    }
}

fn default(kind: Kind) -> String {
    match kind {
        Kind::Bool => "false".into(),
        Kind::String | Kind::Bytes => r#""""#.into(),
        Kind::Int64 | Kind::Uint64 | Kind::Sint64 | Kind::Fixed64 | Kind::Sfixed64 => {
            r#""0""#.into()
        }
        Kind::Enum(of) if of.name != wkt::NULL_VALUE.name => {
            let name = of.name_of(0);
            name.map_or_else(|| "0".into(), |name| serde_json::Value::from(name).to_string())
        }
        Kind::Enum(_) | Kind::Message(_) | Kind::Group(_) => "null".into(),
        _ => "0".into(),
    }
}
