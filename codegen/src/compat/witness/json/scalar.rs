//! Scalars and map keys.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value as Json;

use super::number::{double, float, integer};
use super::well_known::NULL_VALUE;
use crate::compat::schema::{Field, Kind};
use crate::compat::witness::error::ReadError;
use crate::compat::witness::tree::Value;
use crate::compat::witness::types::Types;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What a value of JSON is to a field that holds no message.
pub(super) enum Scalar {
    /// A value.
    Value(Value),
    /// The name or number of an enum's value that the reader does not declare.
    UnknownEnum(String),
}

/// Reads a value that is no message.
pub(super) fn scalar(
    types: &Types<'_, '_>,
    field: &Field<'_>,
    json: &Json,
) -> Result<Scalar, ReadError> {
    Ok(Scalar::Value(match field.kind {
        Kind::Bool => match json {
            Json::Bool(value) => Value::Bool(*value),
            _ => return Err(ReadError::new(format!("`{json}` is not a bool"))),
        },
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            signed(json, i32::MIN.into(), i32::MAX.into())?
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => signed(json, i64::MIN, i64::MAX)?,
        Kind::Uint32 | Kind::Fixed32 => unsigned(json, u32::MAX.into())?,
        Kind::Uint64 | Kind::Fixed64 => unsigned(json, u64::MAX)?,
        Kind::Float => Value::Float(float(json)?),
        Kind::Double => Value::Double(double(json)?),
        Kind::String => Value::String(text(json)?.as_bytes().to_vec()),
        Kind::Bytes => Value::Bytes(bytes(text(json)?)?),
        Kind::Enum => return enumerated(types, field, json),
        Kind::Message | Kind::Group => return Err(ReadError::new("a message is no scalar")),
    }))
}

fn signed(json: &Json, least: i64, most: i64) -> Result<Value, ReadError> {
    let value = integer(json, least.into(), most.into())?;
    Ok(Value::Int(value.try_into().unwrap_or_default()))
}

fn unsigned(json: &Json, most: u64) -> Result<Value, ReadError> {
    let value = integer(json, 0, most.into())?;
    Ok(Value::Uint(value.try_into().unwrap_or_default()))
}

fn text(json: &Json) -> Result<&str, ReadError> {
    json.as_str().ok_or_else(|| ReadError::new(format!("`{json}` is not a string")))
}

/// Both alphabets are taken, with and without padding.
fn bytes(text: &str) -> Result<Vec<u8>, ReadError> {
    let standard = text.replace('-', "+").replace('_', "/");
    BASE64.decode(standard).map_err(|_| ReadError::new(format!("`{text}` is not base64")))
}

fn enumerated(types: &Types<'_, '_>, field: &Field<'_>, json: &Json) -> Result<Scalar, ReadError> {
    let Some(found) = types.enum_of(field) else {
        return Err(ReadError::new("the enum is declared nowhere"));
    };
    if json.is_null() && &*found.full_name == NULL_VALUE {
        return Ok(Scalar::Value(Value::Enum(0)));
    }
    if let Json::String(name) = json {
        return Ok(match found.values.iter().find(|value| value.name == name) {
            Some(value) => Scalar::Value(Value::Enum(value.number)),
            None => Scalar::UnknownEnum(name.clone()),
        });
    }
    let number = match json {
        Json::Number(_) => integer(json, i32::MIN.into(), i32::MAX.into()),
        _ => Err(ReadError::new(format!("`{json}` is neither name nor number of an enum's value"))),
    }?;
    let number = number.try_into().unwrap_or_default();
    let declared = found.values.iter().any(|value| value.number == number);
    Ok(if declared || !found.features.closed_enum {
        Scalar::Value(Value::Enum(number))
    } else {
        Scalar::UnknownEnum(number.to_string())
    })
}

/// The key of a map, which JSON holds as text.
pub(super) fn key(field: &Field<'_>, types: &Types<'_, '_>, key: &str) -> Result<Value, ReadError> {
    let refused = || ReadError::new(format!("`{key}` is not a key of the map's type"));
    let json = match field.kind {
        Kind::Bool => Json::Bool(key.parse().map_err(|_| refused())?),
        _ => Json::from(key),
    };
    match scalar(types, field, &json)? {
        Scalar::Value(value) => Ok(value),
        Scalar::UnknownEnum(_) => Err(refused()),
    }
}
