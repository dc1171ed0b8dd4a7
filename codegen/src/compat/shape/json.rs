//! Single values in JSON: by the form in which a writer puts them and the
//! forms that a parser takes. Parsers take numbers as strings, enum values as
//! numbers and some messages as plain values.

use super::Sided;
use crate::compat::finding::Verdict::{self, Break, Conditional, Lossy, Ok};
use crate::compat::schema::Kind;

/// The form of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form<'c> {
    /// A whole number; 64-bit ones are quoted.
    Integer {
        first: i128,
        last: i128,
        quoted: bool,
    },
    Float,
    Double,
    Bool,
    Text,
    Base64,
    /// The name of an enum value.
    Name,
    /// Text of its own grammar, such as a timestamp.
    Special(&'c str),
    /// `google.protobuf.Struct`, whose members have any name and form.
    FreeObject,
    /// `google.protobuf.ListValue`
    FreeList,
    /// `google.protobuf.Value`
    Anything,
    /// `google.protobuf.Any`
    Tagged,
    /// The members of a message.
    Object,
}

/// Whether the mapping treats a message in its own way, instead of as an
/// object of its fields.
pub(super) fn is_special(type_name: &str) -> bool {
    special(type_name).is_some()
}

/// Whether a reader gets what a writer meant. Two objects are fine here: what
/// is inside is for [`message`](super::message) to say.
pub(super) fn read(writer: Sided<'_, '_>, reader: Sided<'_, '_>) -> Verdict {
    read_form(form(writer), form(reader))
}

/// The verdicts, new reads old and old reads new, on values of two messages of
/// which the mapping treats at least one in its own way.
pub(super) fn read_messages(old: &str, new: &str) -> (Verdict, Verdict) {
    let form = |name| special(name).unwrap_or(Form::Object);
    (read_form(form(old), form(new)), read_form(form(new), form(old)))
}

fn read_form(writer: Form<'_>, reader: Form<'_>) -> Verdict {
    if writer == reader {
        return Ok;
    }
    match (writer, reader) {
        (Form::Integer { first, last, quoted }, Form::Integer { first: least, last: most, quoted: also }) => {
            // Numbers outside of the range are refused.
            if first >= least && last <= most && quoted == also { Ok } else { Conditional }
        }
        (Form::Integer { first, last, quoted: false }, Form::Double)
            if first >= -(1 << 53) && last <= (1 << 53) => Ok,
        (Form::Integer { .. }, Form::Float | Form::Double) | (Form::Double, Form::Float) => Lossy,
        // Whole numbers only.
        (Form::Float | Form::Double, Form::Integer { .. })
        | (Form::Float, Form::Double)
        // The text is taken as it stands.
        | (Form::Integer { quoted: true, .. } | Form::Name | Form::Special(_), Form::Text)
        // Parsers take numbers for enum values, other readers expect names.
        | (Form::Integer { .. }, Form::Name)
        | (_, Form::Anything)
        | (Form::Object | Form::Tagged, Form::FreeObject) => Conditional,
        _ => Break,
    }
}

fn form<'c>(side: Sided<'c, '_>) -> Form<'c> {
    let kind = side.field.kind;
    match kind {
        Kind::Message | Kind::Group => special(side.field.type_name).unwrap_or(Form::Object),
        _ => scalar(kind),
    }
}

fn scalar(kind: Kind) -> Form<'static> {
    match kind {
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            Form::Integer { first: i128::from(i32::MIN), last: i128::from(i32::MAX), quoted: false }
        }
        Kind::Uint32 | Kind::Fixed32 => {
            Form::Integer { first: 0, last: i128::from(u32::MAX), quoted: false }
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            Form::Integer { first: i128::from(i64::MIN), last: i128::from(i64::MAX), quoted: true }
        }
        Kind::Uint64 | Kind::Fixed64 => {
            Form::Integer { first: 0, last: i128::from(u64::MAX), quoted: true }
        }
        Kind::Float => Form::Float,
        Kind::Double => Form::Double,
        Kind::Bool => Form::Bool,
        Kind::String => Form::Text,
        Kind::Bytes => Form::Base64,
        Kind::Enum => Form::Name,
        Kind::Message | Kind::Group => Form::Object,
    }
}

fn special(type_name: &str) -> Option<Form<'_>> {
    let kind = match type_name.strip_prefix("google.protobuf.")? {
        "Timestamp" | "Duration" | "FieldMask" => return Some(Form::Special(type_name)),
        "Struct" => return Some(Form::FreeObject),
        "ListValue" => return Some(Form::FreeList),
        "Value" => return Some(Form::Anything),
        "Any" => return Some(Form::Tagged),
        "DoubleValue" => Kind::Double,
        "FloatValue" => Kind::Float,
        "Int64Value" => Kind::Int64,
        "UInt64Value" => Kind::Uint64,
        "Int32Value" => Kind::Int32,
        "UInt32Value" => Kind::Uint32,
        "BoolValue" => Kind::Bool,
        "StringValue" => Kind::String,
        "BytesValue" => Kind::Bytes,
        _ => return None,
    };
    Some(scalar(kind))
}
