//! Writes fields in the order of their numbers, then what is unknown.

use crate::compat::schema::{Cardinality, Field, Kind, MessageId};
use crate::compat::witness::tree::{Slot, Tree, Unknown, Value};
use crate::compat::witness::types::{Member, Types};
use crate::descriptor;

/// The encoded message.
pub fn write(types: &Types<'_, '_>, id: MessageId, tree: &Tree) -> Vec<u8> {
    let mut out = Vec::new();
    for (&number, slot) in &tree.fields {
        if let Some(member) = types.numbered(id, number) {
            field(types, member, slot, &mut out);
        }
    }
    for unknown in &tree.unknown {
        out.extend_from_slice(&unknown.bytes);
    }
    out
}

fn field(types: &Types<'_, '_>, member: Member<'_, '_>, slot: &Slot, out: &mut Vec<u8>) {
    let field = member.field;
    match slot {
        Slot::One(value) if member.cardinality == Cardinality::Implicit && value.is_zero() => {}
        Slot::One(value) => tagged(types, field, value, out),
        Slot::Many(values) if values.is_empty() => {}
        Slot::Many(values) if field.features.packed && packable(field.kind) => {
            let mut packed = Vec::new();
            for value in values {
                scalar(field.kind, value, &mut packed);
            }
            delimited(field.number, &packed, out);
        }
        Slot::Many(values) => values.iter().for_each(|value| tagged(types, field, value, out)),
        Slot::Map(entries) => {
            let Some((key, value)) = types.entry(field) else { return };
            for entry in entries {
                let mut bytes = Vec::new();
                tagged(types, key.field, &entry.0, &mut bytes);
                tagged(types, value.field, &entry.1, &mut bytes);
                delimited(field.number, &bytes, out);
            }
        }
    }
}

/// Whether lists of it may be packed.
pub(super) fn packable(kind: Kind) -> bool {
    !matches!(kind, Kind::String | Kind::Bytes | Kind::Message | Kind::Group)
}

fn tagged(types: &Types<'_, '_>, field: &Field<'_>, value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Message(tree) => {
            let Some(id) = types.message_of(field) else { return };
            let bytes = write(types, id, tree);
            if field.kind == Kind::Group {
                tag(field.number, 3, out);
                out.extend_from_slice(&bytes);
                tag(field.number, 4, out);
            } else {
                delimited(field.number, &bytes, out);
            }
        }
        _ => out.extend(field_of(field.number, field.kind, value)),
    }
}

fn wire_type(kind: Kind) -> u8 {
    match kind {
        Kind::Double | Kind::Fixed64 | Kind::Sfixed64 => 1,
        Kind::Float | Kind::Fixed32 | Kind::Sfixed32 => 5,
        Kind::String | Kind::Bytes | Kind::Message => 2,
        Kind::Group => 3,
        _ => 0,
    }
}

fn delimited(number: i32, bytes: &[u8], out: &mut Vec<u8>) {
    tag(number, 2, out);
    varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn tag(number: i32, wire_type: u8, out: &mut Vec<u8>) {
    varint(u64::from(number.unsigned_abs()) << 3 | u64::from(wire_type), out);
}

/// A field that holds a scalar.
pub(in crate::compat::witness) fn field_of(number: i32, kind: Kind, value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    match value {
        Value::String(bytes) | Value::Bytes(bytes) => delimited(number, bytes, &mut out),
        _ => {
            tag(number, wire_type(kind), &mut out);
            scalar(kind, value, &mut out);
        }
    }
    out
}

/// The value of an enum, without a tag.
pub(in crate::compat::witness) fn enum_value(number: i32) -> Vec<u8> {
    let mut out = Vec::new();
    scalar(Kind::Enum, &Value::Enum(number), &mut out);
    out
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

/// A number without its tag. Signed 32-bit numbers are written as 64 bits.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the encoding reinterprets bits; values have the width of their kind"
)]
fn scalar(kind: Kind, value: &Value, out: &mut Vec<u8>) {
    match (kind, value) {
        (Kind::Sint32 | Kind::Sint64, Value::Int(value)) => {
            varint(((value << 1) ^ (value >> 63)) as u64, out);
        }
        (Kind::Sfixed32, Value::Int(value)) => out.extend((*value as i32).to_le_bytes()),
        (Kind::Sfixed64, Value::Int(value)) => out.extend(value.to_le_bytes()),
        (Kind::Fixed32, Value::Uint(value)) => out.extend((*value as u32).to_le_bytes()),
        (Kind::Fixed64, Value::Uint(value)) => out.extend(value.to_le_bytes()),
        (_, Value::Int(value)) => varint(*value as u64, out),
        (_, Value::Uint(value)) => varint(*value, out),
        (_, Value::Enum(number)) => varint(i64::from(*number) as u64, out),
        (_, Value::Bool(value)) => varint(u64::from(*value), out),
        (_, Value::Float(value)) => out.extend(value.to_le_bytes()),
        (_, Value::Double(value)) => out.extend(value.to_le_bytes()),
        (_, Value::String(_) | Value::Bytes(_) | Value::Message(_)) => {}
    }
}

/// A field that the reader keeps without understanding it.
pub(super) fn unknown(number: u32, value: descriptor::Value<'_>) -> Unknown {
    let mut bytes = Vec::new();
    let key = |wire_type: u64, out: &mut Vec<u8>| varint(u64::from(number) << 3 | wire_type, out);
    match value {
        descriptor::Value::Varint(value) => {
            key(0, &mut bytes);
            varint(value, &mut bytes);
        }
        descriptor::Value::Fixed64(value) => {
            key(1, &mut bytes);
            bytes.extend(value.to_le_bytes());
        }
        descriptor::Value::Bytes(value) => {
            key(2, &mut bytes);
            varint(value.len() as u64, &mut bytes);
            bytes.extend_from_slice(value);
        }
        descriptor::Value::Group(value) => {
            key(3, &mut bytes);
            bytes.extend_from_slice(value);
            key(4, &mut bytes);
        }
        descriptor::Value::Fixed32(value) => {
            key(5, &mut bytes);
            bytes.extend(value.to_le_bytes());
        }
    }
    Unknown { number, bytes }
}
