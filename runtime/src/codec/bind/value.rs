//! One text as one value of a field.

use std::str::FromStr;

use bytes::BytesMut;
use prost::Message as _;
use prost::encoding;

use super::length_delimited;
use crate::codec::json::{Options, decode_base64, parse_float, parse_float32, without_position};
use crate::codec::{EnumType, Kind, MessageType, WireError, wkt};

/// Appends the field `number` of this kind with the value that a text is.
///
/// # Errors
/// Why the text is no such value.
pub(super) fn encode(
    kind: &Kind,
    number: u32,
    text: &str,
    out: &mut BytesMut,
) -> Result<(), String> {
    match kind {
        Kind::Int32 => encoding::int32::encode(number, &integer(text)?, out),
        Kind::Int64 => encoding::int64::encode(number, &integer(text)?, out),
        Kind::Uint32 => encoding::uint32::encode(number, &integer(text)?, out),
        Kind::Uint64 => encoding::uint64::encode(number, &integer(text)?, out),
        Kind::Sint32 => encoding::sint32::encode(number, &integer(text)?, out),
        Kind::Sint64 => encoding::sint64::encode(number, &integer(text)?, out),
        Kind::Fixed32 => encoding::fixed32::encode(number, &integer(text)?, out),
        Kind::Fixed64 => encoding::fixed64::encode(number, &integer(text)?, out),
        Kind::Sfixed32 => encoding::sfixed32::encode(number, &integer(text)?, out),
        Kind::Sfixed64 => encoding::sfixed64::encode(number, &integer(text)?, out),
        Kind::Double => {
            let value = parse_float(text).ok_or_else(|| wrong(text, "a number"))?;
            encoding::double::encode(number, &value, out);
        }
        Kind::Float => {
            let value = parse_float32(text).ok_or_else(|| wrong(text, "a 32-bit float"))?;
            encoding::float::encode(number, &value, out);
        }
        Kind::Bool => encoding::bool::encode(number, &boolean(text)?, out),
        Kind::String => encoding::string::encode(number, &text.to_owned(), out),
        Kind::Bytes => {
            let bytes = decode_base64(text).ok_or_else(|| wrong(text, "base64"))?;
            encoding::bytes::encode(number, &bytes, out);
        }
        Kind::Enum(of) => encoding::int32::encode(number, &enum_number(of, text)?, out),
        Kind::Message(of) => length_delimited(number, &message(of, text)?, out),
        Kind::Group(of) => return Err(only_by_fields(of)),
    }
    Ok(())
}

fn wrong(text: &str, expected: &str) -> String {
    format!("{text:?} is not {expected}")
}

/// A decimal integer with an optional sign.
fn integer<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| wrong(text, "an integer of the field's range"))
}

/// The spellings that gateways in use accept.
fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "true" | "True" | "TRUE" | "t" | "T" | "1" => Ok(true),
        "false" | "False" | "FALSE" | "f" | "F" | "0" => Ok(false),
        _ => Err(wrong(text, "true or false")),
    }
}

fn enum_number(of: &EnumType, text: &str) -> Result<i32, String> {
    let declared = |number: &i32| of.name_of(*number).is_some();
    of.number_of(text)
        .or_else(|| text.parse().ok().filter(declared))
        .ok_or_else(|| wrong(text, &format!("a name or number of enum {}", of.name)))
}

/// The encoding of the well-known type that a text is.
fn message(of: &MessageType, text: &str) -> Result<BytesMut, String> {
    let mut bytes = BytesMut::new();
    match (of.name.strip_prefix("google.protobuf."), of.fields) {
        (Some("Timestamp" | "Duration"), _) => {
            json(of, &serde_json::Value::from(text).to_string(), &mut bytes)?;
        }
        (Some("Value" | "Struct" | "ListValue"), _) => json(of, text, &mut bytes)?,
        (Some("FieldMask"), _) => {
            let mask = wkt::parse_field_mask(text);
            let mask = mask.ok_or_else(|| wrong(text, "comma-separated paths of field names"))?;
            mask.encode_raw(&mut bytes);
        }
        (Some(_), [wrapped]) if wkt::is_special(of) => {
            encode(&wrapped.kind, wrapped.number, text, &mut bytes)?;
        }
        _ => return Err(only_by_fields(of)),
    }
    Ok(bytes)
}

fn json(of: &MessageType, text: &str, out: &mut BytesMut) -> Result<(), String> {
    let message = of.from_json(text.as_bytes(), &Options::default());
    // A place in the value is of no use where it stands in a URL.
    let fault = |error: WireError| without_position(&error.to_string()).to_owned();
    message.map_err(fault)?.write_proto(out);
    Ok(())
}

/// Whether a kind is a message without a text of its own.
pub(super) fn is_only_fields(kind: &Kind) -> bool {
    match kind {
        Kind::Message(of) => !wkt::is_special(of) || of.name == "google.protobuf.Any",
        Kind::Group(_) => true,
        _ => false,
    }
}

fn only_by_fields(of: &MessageType) -> String {
    format!("message {} can be set only field by field, as in name.field=value", of.name)
}
