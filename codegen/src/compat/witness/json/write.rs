//! Writes canonical JSON: fields that are set under their JSON names,
//! enums by name, 64-bit integers as strings.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value as Json};

use super::well_known;
use crate::compat::schema::{Cardinality, Field, Kind, MessageId};
use crate::compat::witness::error::ReadError;
use crate::compat::witness::tree::{Slot, Tree, Value};
use crate::compat::witness::types::{Member, Types};

type Outcome<T> = Result<T, ReadError>;

/// The JSON of a message. What has none, such as a string that is not UTF-8 or
/// a time out of range, is an error.
pub fn write(types: &Types<'_, '_>, id: MessageId, tree: &Tree) -> Outcome<Json> {
    if let Some(special) = well_known::write(types, id, tree) {
        return special;
    }
    Ok(Json::Object(object(types, id, tree)?))
}

/// The fields of a message that is an ordinary one.
pub(super) fn object(
    types: &Types<'_, '_>,
    id: MessageId,
    tree: &Tree,
) -> Outcome<Map<String, Json>> {
    let mut object = Map::new();
    for member in types.members(id) {
        let Some(slot) = tree.fields.get(&member.field.number) else { continue };
        let written =
            field(types, member, slot).map_err(|error| error.within(member.full_name()))?;
        if let Some(json) = written {
            object.insert(member.json_key().into_owned(), json);
        }
    }
    Ok(object)
}

/// The value of a wrapper.
pub(super) fn plain(types: &Types<'_, '_>, id: MessageId, value: &Value) -> Outcome<Json> {
    match types.numbered(id, 1) {
        Some(member) => single(types, member.field, value),
        None => Ok(Json::Null),
    }
}

fn field(types: &Types<'_, '_>, member: Member<'_, '_>, slot: &Slot) -> Outcome<Option<Json>> {
    let written = match slot {
        Slot::One(value) if member.cardinality == Cardinality::Implicit && value.is_zero() => {
            return Ok(None);
        }
        Slot::One(value) => single(types, member.field, value)?,
        Slot::Many(values) => {
            let values = values.iter().map(|value| single(types, member.field, value));
            Json::Array(values.collect::<Outcome<_>>()?)
        }
        Slot::Map(entries) => {
            let Some((_, value)) = types.entry(member.field) else { return Ok(None) };
            let mut object = Map::new();
            for (key, held) in entries {
                object.insert(key_text(key)?, single(types, value.field, held)?);
            }
            Json::Object(object)
        }
    };
    Ok(Some(written))
}

fn key_text(key: &Value) -> Outcome<String> {
    match key {
        Value::Bool(key) => Ok(key.to_string()),
        Value::Int(key) => Ok(key.to_string()),
        Value::Uint(key) => Ok(key.to_string()),
        Value::String(key) => text(key).map(str::to_owned),
        _ => Err(ReadError::new("the key has no JSON")),
    }
}

fn text(bytes: &[u8]) -> Outcome<&str> {
    std::str::from_utf8(bytes).map_err(|_| ReadError::new("the string is not UTF-8"))
}

fn single(types: &Types<'_, '_>, field: &Field<'_>, value: &Value) -> Outcome<Json> {
    let wide = matches!(
        field.kind,
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 | Kind::Uint64 | Kind::Fixed64
    );
    Ok(match value {
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) if wide => Json::String(value.to_string()),
        Value::Uint(value) if wide => Json::String(value.to_string()),
        Value::Int(value) => (*value).into(),
        Value::Uint(value) => (*value).into(),
        // By its shortest text, so that it is not shown with the digits that
        // only a double has.
        Value::Float(value) => special_or(f64::from(*value), || value.to_string().parse().ok()),
        Value::Double(value) => special_or(*value, || Some(*value)),
        Value::String(bytes) => Json::String(text(bytes)?.to_owned()),
        Value::Bytes(bytes) => Json::String(BASE64_STANDARD.encode(bytes)),
        Value::Enum(number) => enumerated(types, field, *number),
        Value::Message(tree) => match types.message_of(field) {
            Some(id) => write(types, id, tree)?,
            None => Json::Null,
        },
    })
}

fn special_or(value: f64, finite: impl FnOnce() -> Option<f64>) -> Json {
    if value.is_nan() {
        return Json::from("NaN");
    }
    match finite().and_then(serde_json::Number::from_f64) {
        Some(number) => Json::Number(number),
        None if value > 0.0 => Json::from("Infinity"),
        None => Json::from("-Infinity"),
    }
}

fn enumerated(types: &Types<'_, '_>, field: &Field<'_>, number: i32) -> Json {
    let Some(found) = types.enum_of(field) else { return number.into() };
    if &*found.full_name == well_known::NULL_VALUE {
        return Json::Null;
    }
    match found.values.iter().find(|value| value.number == number) {
        Some(value) => value.name.into(),
        None => number.into(),
    }
}

/// What a field holds, for people to read; also where it has no JSON.
pub fn shown(types: &Types<'_, '_>, member: Member<'_, '_>, slot: &Slot) -> String {
    match slot {
        Slot::One(value) => shown_value(types, member, value),
        _ => match field(types, member, slot) {
            Ok(json) => json.unwrap_or_default().to_string(),
            Err(_) => format!("{slot:?}"),
        },
    }
}

/// One value, for people to read.
pub fn shown_value(types: &Types<'_, '_>, member: Member<'_, '_>, value: &Value) -> String {
    match (single(types, member.field, value), value) {
        (Ok(json), _) => json.to_string(),
        (Err(_), Value::String(bytes)) => format!("{:?}", String::from_utf8_lossy(bytes)),
        (Err(_), _) => format!("{value:?}"),
    }
}
