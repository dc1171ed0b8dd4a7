//! Reads as runtimes do: lists packed or not, messages merged, the last of
//! several singular values, integers cut to their width, numbers that a closed
//! enum does not declare and values of another wire type kept as unknown.

use super::write::{packable, unknown};
use crate::compat::schema::{Cardinality, Field, Kind, MessageId};
use crate::compat::witness::error::ReadError;
use crate::compat::witness::required;
use crate::compat::witness::tree::{Slot, Tree, Value};
use crate::compat::witness::types::{Member, Types};
use crate::descriptor::{Fields, Value as Raw, varint};

/// How deep messages may nest, as in most runtimes.
const MAX_DEPTH: usize = 100;

/// What a reader makes of an encoded message.
pub fn read(types: &Types<'_, '_>, id: MessageId, bytes: &[u8]) -> Result<Tree, ReadError> {
    let tree = read_partial(types, id, bytes)?;
    match required::missing(types, id, &tree).into_iter().next() {
        Some(error) => Err(error),
        None => Ok(tree),
    }
}

/// The same, whether or not all is there that has to be.
pub(in crate::compat::witness) fn read_partial(
    types: &Types<'_, '_>,
    id: MessageId,
    bytes: &[u8],
) -> Result<Tree, ReadError> {
    let mut tree = Tree::default();
    merge(types, id, bytes, &mut tree, 0)?;
    Ok(tree)
}

fn merge(
    types: &Types<'_, '_>,
    id: MessageId,
    bytes: &[u8],
    into: &mut Tree,
    depth: usize,
) -> Result<(), ReadError> {
    if depth > MAX_DEPTH {
        return Err(ReadError::new("messages nest too deeply"));
    }
    for field in Fields::new(bytes) {
        let (number, raw) = field.map_err(|_| ReadError::new("malformed bytes"))?;
        let member = i32::try_from(number).ok().and_then(|number| types.numbered(id, number));
        let taken = match member {
            Some(member) => take(types, id, member, raw, into, depth)
                .map_err(|error| error.within(member.full_name()))?,
            None => false,
        };
        if !taken {
            into.unknown.push(unknown(number, raw));
        }
    }
    Ok(())
}

/// Whether the value found its place.
fn take(
    types: &Types<'_, '_>,
    id: MessageId,
    member: Member<'_, '_>,
    raw: Raw<'_>,
    into: &mut Tree,
    depth: usize,
) -> Result<bool, ReadError> {
    let field = member.field;
    match (member.cardinality, raw) {
        (Cardinality::Map, Raw::Bytes(bytes)) => entry(types, field, bytes, into, depth),
        (Cardinality::Map, _) => Ok(false),
        (Cardinality::Repeated, Raw::Bytes(bytes)) if packable(field.kind) => {
            packed(types, field, bytes, into)?;
            Ok(true)
        }
        (Cardinality::Repeated, _) => {
            let value = single(types, field, raw, None, depth)?;
            let found = value.is_some();
            if let Some(value) = value {
                into.push(field.number, value);
            }
            Ok(found)
        }
        _ => {
            let before = match into.fields.get(&field.number) {
                Some(Slot::One(Value::Message(tree))) => Some(tree.clone()),
                _ => None,
            };
            let Some(value) = single(types, field, raw, before, depth)? else { return Ok(false) };
            set(types, id, member, value, into);
            Ok(true)
        }
    }
}

/// Sets a singular field, and clears the others of its oneof.
pub(in crate::compat::witness) fn set(
    types: &Types<'_, '_>,
    id: MessageId,
    member: Member<'_, '_>,
    value: Value,
    into: &mut Tree,
) {
    if let Some(oneof) = member.oneof() {
        let others = types.members(id).filter(|other| other.oneof() == Some(oneof));
        for other in others {
            into.fields.remove(&other.field.number);
        }
    }
    if member.cardinality == Cardinality::Implicit && value.is_zero() {
        into.fields.remove(&member.field.number);
    } else {
        into.fields.insert(member.field.number, Slot::One(value));
    }
}

fn entry(
    types: &Types<'_, '_>,
    field: &Field<'_>,
    bytes: &[u8],
    into: &mut Tree,
    depth: usize,
) -> Result<bool, ReadError> {
    let Some((key, value)) = types.entry(field) else { return Ok(false) };
    let (mut found_key, mut found_value) = (None, None);
    for part in Fields::new(bytes) {
        match part.map_err(|_| ReadError::new("malformed bytes"))? {
            (1, raw) => found_key = single(types, key.field, raw, None, depth)?.or(found_key),
            (2, raw) => {
                let before = match found_value.take() {
                    Some(Value::Message(tree)) => Some(tree),
                    _ => None,
                };
                found_value = single(types, value.field, raw, before, depth)?;
                // An entry whose value a closed enum does not declare is
                // unknown as a whole.
                if found_value.is_none() && value.field.kind == Kind::Enum {
                    return Ok(false);
                }
            }
            _ => {}
        }
    }
    let found_key = found_key.unwrap_or_else(|| types.default(key.field));
    let found_value = found_value.unwrap_or_else(|| types.default(value.field));
    into.insert(field.number, found_key, found_value);
    Ok(true)
}

/// A value that is not a list of packed ones; `None` where the reader keeps it
/// as unknown.
fn single(
    types: &Types<'_, '_>,
    field: &Field<'_>,
    raw: Raw<'_>,
    before: Option<Tree>,
    depth: usize,
) -> Result<Option<Value>, ReadError> {
    let ((Kind::Message, Raw::Bytes(bytes)) | (Kind::Group, Raw::Group(bytes))) = (field.kind, raw)
    else {
        return scalar(types, field, raw);
    };
    let Some(id) = types.message_of(field) else { return Ok(None) };
    let mut tree = before.unwrap_or_default();
    merge(types, id, bytes, &mut tree, depth + 1)?;
    Ok(Some(Value::Message(tree)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "readers reinterpret bits and cut integers to the width of their type"
)]
fn scalar(
    types: &Types<'_, '_>,
    field: &Field<'_>,
    raw: Raw<'_>,
) -> Result<Option<Value>, ReadError> {
    Ok(Some(match (field.kind, raw) {
        (Kind::Bool, Raw::Varint(bits)) => Value::Bool(bits != 0),
        (Kind::Int32, Raw::Varint(bits)) => Value::Int(i64::from(bits as i32)),
        (Kind::Uint32, Raw::Varint(bits)) => Value::Uint(u64::from(bits as u32)),
        (Kind::Sint32, Raw::Varint(bits)) => {
            let bits = bits as u32;
            Value::Int(i64::from((bits >> 1) as i32 ^ -((bits & 1) as i32)))
        }
        (Kind::Sint64, Raw::Varint(bits)) => Value::Int((bits >> 1) as i64 ^ -((bits & 1) as i64)),
        (Kind::Enum, Raw::Varint(bits)) => return Ok(enumerated(types, field, bits as i32)),
        (Kind::Double, Raw::Fixed64(bits)) => Value::Double(f64::from_bits(bits)),
        (Kind::Uint64, Raw::Varint(bits)) | (Kind::Fixed64, Raw::Fixed64(bits)) => {
            Value::Uint(bits)
        }
        (Kind::Int64, Raw::Varint(bits)) | (Kind::Sfixed64, Raw::Fixed64(bits)) => {
            Value::Int(bits.cast_signed())
        }
        (Kind::Float, Raw::Fixed32(bits)) => Value::Float(f32::from_bits(bits)),
        (Kind::Fixed32, Raw::Fixed32(bits)) => Value::Uint(u64::from(bits)),
        (Kind::Sfixed32, Raw::Fixed32(bits)) => Value::Int(i64::from(bits as i32)),
        (Kind::Bytes, Raw::Bytes(bytes)) => Value::Bytes(bytes.to_vec()),
        (Kind::String, Raw::Bytes(bytes)) => {
            if field.features.utf8_verified && std::str::from_utf8(bytes).is_err() {
                return Err(ReadError::new("the string is not UTF-8"));
            }
            Value::String(bytes.to_vec())
        }
        _ => return Ok(None),
    }))
}

fn enumerated(types: &Types<'_, '_>, field: &Field<'_>, number: i32) -> Option<Value> {
    let found = types.enum_of(field)?;
    let declared = found.values.iter().any(|value| value.number == number);
    (declared || !found.features.closed_enum).then_some(Value::Enum(number))
}

/// A packed list. A number that a closed enum does not declare is kept as a
/// field of its own.
fn packed(
    types: &Types<'_, '_>,
    field: &Field<'_>,
    mut bytes: &[u8],
    into: &mut Tree,
) -> Result<(), ReadError> {
    while !bytes.is_empty() {
        let malformed = || ReadError::new("malformed packed values");
        let raw = raw_scalar(field.kind, &mut bytes).ok_or_else(malformed)?;
        match scalar(types, field, raw)? {
            Some(value) => into.push(field.number, value),
            None => into.unknown.push(unknown(field.number.unsigned_abs(), raw)),
        }
    }
    Ok(())
}

fn raw_scalar<'b>(kind: Kind, bytes: &mut &'b [u8]) -> Option<Raw<'b>> {
    match kind {
        Kind::Double | Kind::Fixed64 | Kind::Sfixed64 => {
            let (value, rest) = bytes.split_first_chunk()?;
            *bytes = rest;
            Some(Raw::Fixed64(u64::from_le_bytes(*value)))
        }
        Kind::Float | Kind::Fixed32 | Kind::Sfixed32 => {
            let (value, rest) = bytes.split_first_chunk()?;
            *bytes = rest;
            Some(Raw::Fixed32(u32::from_le_bytes(*value)))
        }
        _ => varint(bytes).ok().map(Raw::Varint),
    }
}
