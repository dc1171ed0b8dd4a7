//! Messages of any type from their encoding and their table: the Rust types
//! of fields are known to generated code alone.

use std::collections::HashMap;

use cel::common::types::{
    CelBool, CelBytes, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelString, CelUInt,
};
use cel::common::value::CowVal;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use super::record::Record;
use super::{Boxed, known, value};
use crate::codec::{Cardinality, Field, Kind, MessageType};

type Read<T> = Result<T, String>;

/// What was read of a field so far.
enum Slot {
    Absent,
    One(Boxed),
    List(Vec<Boxed>),
    Map(HashMap<CelMapKey<'static>, Boxed>),
}

/// A message, or what a well-known type stands for.
///
/// # Errors
/// The bytes are no such message.
pub(super) fn message(of: &'static MessageType, mut bytes: &[u8]) -> Read<Boxed> {
    fields(of, &mut bytes, None)
}

fn fields(of: &'static MessageType, buf: &mut &[u8], group: Option<u32>) -> Read<Boxed> {
    let mut slots: Vec<Slot> = of.fields.iter().map(|_| Slot::Absent).collect();
    while !buf.is_empty() {
        let (number, wire) = decode_key(buf).map_err(text)?;
        if wire == WireType::EndGroup && group == Some(number) {
            break;
        }
        match of.fields.iter().position(|field| field.number == number) {
            Some(index) => field(&of.fields[index], &mut slots[index], wire, buf)?,
            None => skip_field(wire, number, buf, DecodeContext::default()).map_err(text)?,
        }
    }
    let slots = slots.into_iter().map(|slot| match slot {
        Slot::Absent => None,
        Slot::One(value) => Some(value),
        Slot::List(list) => Some(Box::new(CelList::from(list)) as Boxed),
        Slot::Map(map) => Some(Box::new(CelMap::from(map)) as Boxed),
    });
    known::lift(of, Record::new(of, slots.collect()))
}

fn field(field: &'static Field, slot: &mut Slot, wire: WireType, buf: &mut &[u8]) -> Read<()> {
    match field.cardinality {
        Cardinality::Map(key_kind) => {
            let (key, value) = entry(key_kind, &field.kind, bytes(buf)?)?;
            if let Slot::Map(map) = slot {
                map.insert(key, value);
            } else {
                *slot = Slot::Map(HashMap::from([(key, value)]));
            }
        }
        Cardinality::Repeated => {
            let mut found = Vec::new();
            if wire == WireType::LengthDelimited && is_packed(&field.kind) {
                let mut packed = bytes(buf)?;
                while !packed.is_empty() {
                    found.push(one(&field.kind, field.number, &mut packed)?);
                }
            } else {
                found.push(one(&field.kind, field.number, buf)?);
            }
            if let Slot::List(list) = slot {
                list.extend(found);
            } else {
                *slot = Slot::List(found);
            }
        }
        _ => *slot = Slot::One(one(&field.kind, field.number, buf)?),
    }
    Ok(())
}

fn entry(
    key_kind: &'static Kind,
    kind: &'static Kind,
    mut buf: &[u8],
) -> Read<(CelMapKey<'static>, Boxed)> {
    let (mut key, mut value) = (None, None);
    while !buf.is_empty() {
        match decode_key(&mut buf).map_err(text)? {
            (1, _) => key = Some(one(key_kind, 1, &mut buf)?),
            (2, _) => value = Some(one(kind, 2, &mut buf)?),
            (number, wire) => {
                skip_field(wire, number, &mut buf, DecodeContext::default()).map_err(text)?;
            }
        }
    }
    let key = key.unwrap_or_else(|| value::zero(key_kind));
    let key = CelMapKey::try_from(CowVal::Owned(key)).map_err(text)?;
    Ok((key, value.unwrap_or_else(|| value::zero(kind))))
}

/// One value behind its key.
fn one(kind: &'static Kind, number: u32, buf: &mut &[u8]) -> Read<Boxed> {
    Ok(match kind {
        Kind::Double => Box::new(CelDouble::from(f64::from_le_bytes(fixed(buf)?))),
        Kind::Float => Box::new(CelDouble::from(f64::from(f32::from_le_bytes(fixed(buf)?)))),
        Kind::Fixed32 => Box::new(CelUInt::from(u64::from(u32::from_le_bytes(fixed(buf)?)))),
        Kind::Fixed64 => Box::new(CelUInt::from(u64::from_le_bytes(fixed(buf)?))),
        Kind::Sfixed32 => int(i64::from(i32::from_le_bytes(fixed(buf)?))),
        Kind::Sfixed64 => int(i64::from_le_bytes(fixed(buf)?)),
        Kind::Uint32 | Kind::Uint64 => Box::new(CelUInt::from(varint(buf)?)),
        // Negative numbers of 32 bits are written with 64.
        Kind::Int32 | Kind::Int64 | Kind::Enum(_) => int(varint(buf)?.cast_signed()),
        Kind::Sint32 | Kind::Sint64 => {
            let zigzag = varint(buf)?;
            int((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
        }
        Kind::Bool => Box::new(CelBool::from(varint(buf)? != 0)),
        Kind::String => {
            let text = std::str::from_utf8(bytes(buf)?).map_err(text)?;
            Box::new(CelString::from(text.to_owned()))
        }
        Kind::Bytes => Box::new(CelBytes::from(bytes(buf)?.to_vec())),
        Kind::Message(of) => message(of, bytes(buf)?)?,
        Kind::Group(of) => fields(of, buf, Some(number))?,
    })
}

fn int(value: i64) -> Boxed {
    Box::new(CelInt::from(value))
}

fn is_packed(kind: &Kind) -> bool {
    !matches!(kind, Kind::String | Kind::Bytes | Kind::Message(_) | Kind::Group(_))
}

fn varint(buf: &mut &[u8]) -> Read<u64> {
    decode_varint(buf).map_err(text)
}

fn bytes<'a>(buf: &mut &'a [u8]) -> Read<&'a [u8]> {
    let length = usize::try_from(varint(buf)?).map_err(text)?;
    let (head, tail) = buf.split_at_checked(length).ok_or("the message is cut off")?;
    *buf = tail;
    Ok(head)
}

fn fixed<const N: usize>(buf: &mut &[u8]) -> Read<[u8; N]> {
    let (head, tail) = buf.split_first_chunk::<N>().ok_or("the message is cut off")?;
    *buf = tail;
    Ok(*head)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` calls")]
fn text(error: impl ToString) -> String {
    error.to_string()
}
