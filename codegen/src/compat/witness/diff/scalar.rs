//! Whether two values of fields that may differ in type mean the same.

use super::Sort;
use crate::compat::schema::{Enum, Field};
use crate::compat::witness::tree::Value;
use crate::compat::witness::types::Types;

/// A number of any type, for comparing.
enum Number {
    Whole(i128),
    Float(f64),
}

impl Number {
    fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Bool(value) => Self::Whole((*value).into()),
            Value::Int(value) => Self::Whole((*value).into()),
            Value::Uint(value) => Self::Whole((*value).into()),
            Value::Enum(value) => Self::Whole((*value).into()),
            Value::Float(value) => Self::Float((*value).into()),
            Value::Double(value) => Self::Float(*value),
            Value::String(_) | Value::Bytes(_) | Value::Message(_) => return None,
        })
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::float_cmp,
        reason = "a whole number is the same if it survives both ways"
    )]
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Self::Whole(a), Self::Float(b)) | (Self::Float(b), Self::Whole(a)) => {
                *a as f64 == *b && b.abs() < 1e30 && *b as i128 == *a
            }
        }
    }
}

/// What became of a value that is no message; `None` if it means the same.
pub(super) fn compare(
    (writer, written_by): (&Types<'_, '_>, &Field<'_>),
    (reader, read_by): (&Types<'_, '_>, &Field<'_>),
    written: &Value,
    read: &Value,
) -> Option<Sort> {
    if let (Value::Enum(wrote), Value::Enum(got)) = (written, read)
        && let (Some(before), Some(after)) = (writer.enum_of(written_by), reader.enum_of(read_by))
    {
        return enums((before, *wrote), (after, *got));
    }
    // An enum's name that arrives as text is what was meant.
    if let (Value::Enum(number), Value::String(text)) = (written, read) {
        let names = writer.enum_of(written_by).map(|found| names(found, *number));
        let same = names.is_some_and(|names| names.iter().any(|name| name.as_bytes() == text));
        return (!same).then_some(Sort::Changed);
    }
    let same =
        match (written, read) {
            (Value::String(a) | Value::Bytes(a), Value::String(b) | Value::Bytes(b)) => a == b,
            (Value::Int(number), Value::String(text))
            | (Value::String(text), Value::Int(number)) => number.to_string().as_bytes() == text,
            (Value::Uint(number), Value::String(text))
            | (Value::String(text), Value::Uint(number)) => number.to_string().as_bytes() == text,
            _ => match (Number::of(written), Number::of(read)) {
                (Some(a), Some(b)) => a.same(&b),
                _ => false,
            },
        };
    (!same).then_some(Sort::Changed)
}

/// A value of an enum is what it is called. Where the reader calls the number
/// otherwise, it was renamed, unless the name has moved to another number.
pub(in crate::compat::witness) fn enums(
    (before, wrote): (&Enum<'_>, i32),
    (after, got): (&Enum<'_>, i32),
) -> Option<Sort> {
    let (meant, understood) = (names(before, wrote), names(after, got));
    if meant.iter().any(|name| understood.contains(name)) {
        return None;
    }
    if wrote != got {
        return Some(Sort::Changed);
    }
    if understood.is_empty() && !meant.is_empty() {
        return Some(Sort::Unrecognised);
    }
    let moved = meant.iter().any(|name| after.values.iter().any(|value| value.name == *name));
    moved.then_some(Sort::Changed)
}

fn names<'a>(found: &Enum<'a>, number: i32) -> Vec<&'a str> {
    found.values.iter().filter(|value| value.number == number).map(|value| value.name).collect()
}
