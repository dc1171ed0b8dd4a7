//! Path and query text into messages, without their types: fields are found
//! by name in the static tables, and texts become protobuf fragments for
//! [`Message::merge_proto`](super::Message::merge_proto).

mod claims;
#[cfg(feature = "rest")]
mod given;
mod target;
mod value;

pub use claims::Claims;
#[cfg(feature = "rest")]
pub(crate) use given::Given;
pub use target::{Target, query_field};

use bytes::{BufMut as _, BytesMut};
use prost::encoding::{WireType, encode_key, encode_varint};

use super::{Cardinality, Field, Kind, MessageType, WireError};

/// Appends the fragment that sets the field at the end of a path of fields to
/// these texts: one for a singular field, any number for a list.
///
/// # Errors
/// A text is no such value, there is more than one for a singular field, or
/// the field takes no text: a message, a map (see [`Target::bind`]).
pub fn bind(
    fields: &[&'static Field],
    values: &[&str],
    out: &mut BytesMut,
) -> Result<(), WireError> {
    bind_keyed(fields, None, values, out)
}

/// Appends the fragment that sets the message field at the end of a path of
/// fields to an encoded message.
pub fn embed(fields: &[&'static Field], message: &[u8], out: &mut BytesMut) {
    let Some((last, parents)) = fields.split_last() else { return out.put_slice(message) };
    let mut fragment = BytesMut::new();
    nest(last, message, &mut fragment);
    wrap(parents, fragment, out);
}

/// The JSON path of a field.
pub(crate) fn path(fields: &[&'static Field]) -> String {
    fields.iter().map(|field| field.json).collect::<Vec<_>>().join(".")
}

/// The message that a singular field holds.
fn submessage(field: &Field) -> Option<&'static MessageType> {
    match (field.kind, field.cardinality) {
        (_, Cardinality::Repeated) => None,
        (Kind::Message(of) | Kind::Group(of), _) => Some(of),
        _ => None,
    }
}

/// How many messages a path may lead through: as deep as protobuf decoders go.
const MAX_DEPTH: usize = 100;

fn bind_keyed(
    fields: &[&'static Field],
    key: Option<&str>,
    values: &[&str],
    out: &mut BytesMut,
) -> Result<(), WireError> {
    let Some((last, parents)) = fields.split_last() else {
        return Err(WireError::new("", "no field is named"));
    };
    if fields.len() > MAX_DEPTH {
        return Err(WireError::new(path(fields), "nested too deeply"));
    }
    let mut fragment = BytesMut::new();
    leaf(last, key, values, &mut fragment).map_err(|reason| {
        let key = key.map(|key| format!("[{key:?}]")).unwrap_or_default();
        WireError::new(path(fields) + &key, reason)
    })?;
    wrap(parents, fragment, out);
    Ok(())
}

fn leaf(
    field: &Field,
    key: Option<&str>,
    values: &[&str],
    out: &mut BytesMut,
) -> Result<(), String> {
    match (field.cardinality, key) {
        (Cardinality::Repeated, None) if value::is_only_fields(&field.kind) => {
            Err("a list of messages cannot be set in a query, only in a body".into())
        }
        (Cardinality::Repeated, None) => {
            values.iter().try_for_each(|text| value::encode(&field.kind, field.number, text, out))
        }
        (Cardinality::Map(keys), Some(key)) => {
            let mut entry = BytesMut::new();
            value::encode(keys, 1, key, &mut entry)?;
            value::encode(&field.kind, 2, single(values)?, &mut entry)?;
            length_delimited(field.number, &entry, out);
            Ok(())
        }
        (Cardinality::Map(_), None) => Err("a map takes values by key, as in name[key]".into()),
        (_, None) => value::encode(&field.kind, field.number, single(values)?, out),
        (_, Some(_)) => Err("not a map".into()),
    }
}

fn single<'a>(values: &[&'a str]) -> Result<&'a str, String> {
    match values {
        [value] => Ok(value),
        [] => Err("a value is missing".into()),
        _ => Err("given more than once".into()),
    }
}

/// Puts a fragment inside the submessages that lead to it.
fn wrap(parents: &[&'static Field], mut fragment: BytesMut, out: &mut BytesMut) {
    for parent in parents.iter().rev() {
        let mut outer = BytesMut::with_capacity(fragment.len() + 8);
        nest(parent, &fragment, &mut outer);
        fragment = outer;
    }
    out.put_slice(&fragment);
}

fn nest(field: &Field, message: &[u8], out: &mut BytesMut) {
    if matches!(field.kind, Kind::Group(_)) {
        encode_key(field.number, WireType::StartGroup, out);
        out.put_slice(message);
        encode_key(field.number, WireType::EndGroup, out);
    } else {
        length_delimited(field.number, message, out);
    }
}

fn length_delimited(number: u32, bytes: &[u8], out: &mut BytesMut) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(bytes.len() as u64, out);
    out.put_slice(bytes);
}
