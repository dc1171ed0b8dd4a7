//! Single values in the binary encoding. A reader takes a value apart by the
//! wire type in its tag; within one wire type it takes the bits as its own
//! type says.

use super::Sided;
use crate::compat::finding::Verdict::{self, Break, Conditional, Lossy, Ok};
use crate::compat::schema::Kind;

/// What a varint holds.
enum Varint {
    /// Whole numbers of a range, two's complement, cut to so many bits.
    Integer {
        first: i128,
        last: i128,
        bits: u32,
    },
    /// Whole numbers in zigzag order, of so many bits.
    ZigZag {
        bits: u32,
    },
    Bool,
    /// Declared numbers; a closed enum takes no others.
    Enum {
        first: i128,
        last: i128,
        closed: bool,
    },
}

/// Whether a reader gets what a writer meant. Messages count as bytes here:
/// what is inside is for [`message`](super::message) to say.
pub(super) fn read(writer: Sided<'_, '_>, reader: Sided<'_, '_>) -> Verdict {
    use Kind::{
        Bytes, Double, Fixed32, Fixed64, Float, Group, Message, Sfixed32, Sfixed64, String,
    };
    if let (Some(writer), Some(reader)) = (varint(writer), varint(reader)) {
        return read_varint(&writer, &reader);
    }
    match (writer.field.kind, reader.field.kind) {
        (Fixed32, Fixed32)
        | (Sfixed32, Sfixed32)
        | (Fixed64, Fixed64)
        | (Sfixed64, Sfixed64)
        | (Float, Float)
        | (Double, Double)
        | (Bytes, Bytes)
        | (Message, Message)
        | (Group, Group)
        | (String, String | Bytes) => Ok,
        // The sign bit is taken for a digit or the other way round.
        (Fixed32, Sfixed32)
        | (Sfixed32, Fixed32)
        | (Fixed64, Sfixed64)
        | (Sfixed64, Fixed64)
        // Only bytes that are UTF-8, or an encoded message.
        | (Bytes, String | Message)
        | (Message, Bytes) => Conditional,
        _ => Break,
    }
}

fn varint(side: Sided<'_, '_>) -> Option<Varint> {
    let signed = |bits: u32| Varint::Integer {
        first: -(1_i128 << (bits - 1)),
        last: (1_i128 << (bits - 1)) - 1,
        bits,
    };
    let unsigned = |bits: u32| Varint::Integer { first: 0, last: (1_i128 << bits) - 1, bits };
    match side.field.kind {
        Kind::Int32 => Some(signed(32)),
        Kind::Int64 => Some(signed(64)),
        Kind::Uint32 => Some(unsigned(32)),
        Kind::Uint64 => Some(unsigned(64)),
        Kind::Sint32 => Some(Varint::ZigZag { bits: 32 }),
        Kind::Sint64 => Some(Varint::ZigZag { bits: 64 }),
        Kind::Bool => Some(Varint::Bool),
        Kind::Enum => {
            let found = side.schema.enum_named(side.field.type_name)?;
            let found = side.schema.enumeration(found);
            let numbers = || found.values.iter().map(|value| i128::from(value.number));
            Some(Varint::Enum {
                first: numbers().min().unwrap_or(0),
                last: numbers().max().unwrap_or(0),
                closed: found.features.closed_enum,
            })
        }
        _ => None,
    }
}

fn read_varint(writer: &Varint, reader: &Varint) -> Verdict {
    use Varint::{Bool, Enum, Integer, ZigZag};
    match (writer, reader) {
        (ZigZag { bits: writer }, ZigZag { bits: reader }) => {
            if writer > reader {
                Lossy
            } else {
                Ok
            }
        }
        // Which numbers two enums declare is for `enums` to say.
        (Bool, Bool | Integer { .. } | Enum { closed: false, .. }) | (Enum { .. }, Enum { .. }) => {
            Ok
        }
        // Zero is zero in either order.
        (_, Bool) => Lossy,
        (ZigZag { .. }, _) | (_, ZigZag { .. }) => Break,
        (Bool, Enum { .. }) => Conditional,
        (Integer { bits, .. }, Enum { closed, .. }) => match (bits, closed) {
            (64, _) => Lossy,
            (_, true) => Conditional,
            (_, false) => unsigned_into_enum(writer),
        },
        (Enum { first, last, .. }, Integer { first: least, last: most, .. }) => {
            within((*first, *last), (*least, *most), Conditional)
        }
        (Integer { first, last, bits }, Integer { first: least, last: most, bits: kept }) => {
            let otherwise = if bits > kept { Lossy } else { Conditional };
            within((*first, *last), (*least, *most), otherwise)
        }
    }
}

/// The upper half of `uint32` is negative in an enum.
fn unsigned_into_enum(writer: &Varint) -> Verdict {
    match writer {
        Varint::Integer { first: 0, .. } => Conditional,
        _ => Ok,
    }
}

fn within(written: (i128, i128), taken: (i128, i128), otherwise: Verdict) -> Verdict {
    if written.0 >= taken.0 && written.1 <= taken.1 { Ok } else { otherwise }
}
