//! How types are spelt in messages: as in a contract.

use crate::compat::schema::{Field, Kind, Label, Schema};

/// How the values of a field are spelt in a contract, such as
/// `repeated acme.v1.Task`.
pub fn type_text(schema: &Schema<'_>, field: &Field<'_>) -> String {
    if let Some(entry) = schema.map_entry(field)
        && let [key, value] = &entry.fields[..]
    {
        return format!("map<{}, {}>", value_text(key), value_text(value));
    }
    let repeated = field.label == Label::Repeated;
    format!("{}{}", if repeated { "repeated " } else { "" }, value_text(field))
}

/// The type of a field's values.
fn value_text<'f>(field: &'f Field<'_>) -> &'f str {
    match field.kind {
        Kind::Double => "double",
        Kind::Float => "float",
        Kind::Int64 => "int64",
        Kind::Uint64 => "uint64",
        Kind::Int32 => "int32",
        Kind::Fixed64 => "fixed64",
        Kind::Fixed32 => "fixed32",
        Kind::Bool => "bool",
        Kind::String => "string",
        Kind::Bytes => "bytes",
        Kind::Uint32 => "uint32",
        Kind::Sfixed32 => "sfixed32",
        Kind::Sfixed64 => "sfixed64",
        Kind::Sint32 => "sint32",
        Kind::Sint64 => "sint64",
        Kind::Group | Kind::Message | Kind::Enum => field.type_name,
    }
}
