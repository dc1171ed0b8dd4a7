//! Whether rules of a type fit the field that they stand at.

use prost_reflect::{FieldDescriptor, Kind};

/// What rules stand at.
pub(super) struct Place {
    /// The type of rules that fits; `None` where none does.
    fitting: Option<&'static str>,
    /// What it is, in words.
    what: String,
}

impl Place {
    /// A field.
    pub(super) fn whole(field: &FieldDescriptor) -> Self {
        let name = field.name();
        if field.is_map() {
            Self { fitting: Some("map"), what: format!("the map `{name}`") }
        } else if field.is_list() {
            Self { fitting: Some("repeated"), what: format!("the list `{name}`") }
        } else {
            Self { fitting: fitting(&field.kind()), what: format!("`{name}`, a {}", kind(field)) }
        }
    }

    /// An element of a list, or a key or value of a map.
    pub(super) fn element(field: &FieldDescriptor) -> Self {
        Self { fitting: fitting(&field.kind()), what: format!("elements of type {}", kind(field)) }
    }

    /// What is wrong with rules of this type here, and what would be right.
    pub(super) fn misfit(&self, rules: &str) -> Option<(String, Option<String>)> {
        if self.fitting == Some(rules) {
            return None;
        }
        let wrong = format!("`{rules}` rules do not fit {}", self.what);
        let hint = match self.fitting {
            Some("repeated") => "use `repeated.items` for rules of its elements".to_owned(),
            Some("map") => "use `map.keys` and `map.values` for rules of its entries".to_owned(),
            Some(fitting) => format!("use `{fitting}` rules"),
            None => "only `required`, `ignore` and expressions fit a message".to_owned(),
        };
        Some((wrong, Some(hint)))
    }
}

/// The type of rules that fits a kind.
fn fitting(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Double => "double",
        Kind::Float => "float",
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Uint32 => "uint32",
        Kind::Uint64 => "uint64",
        Kind::Sint32 => "sint32",
        Kind::Sint64 => "sint64",
        Kind::Fixed32 => "fixed32",
        Kind::Fixed64 => "fixed64",
        Kind::Sfixed32 => "sfixed32",
        Kind::Sfixed64 => "sfixed64",
        Kind::Bool => "bool",
        Kind::String => "string",
        Kind::Bytes => "bytes",
        Kind::Enum(_) => "enum",
        Kind::Message(message) => return well_known(message.full_name()),
    })
}

fn well_known(name: &str) -> Option<&'static str> {
    Some(match name.strip_prefix("google.protobuf.")? {
        "DoubleValue" => "double",
        "FloatValue" => "float",
        "Int32Value" => "int32",
        "Int64Value" => "int64",
        "UInt32Value" => "uint32",
        "UInt64Value" => "uint64",
        "BoolValue" => "bool",
        "StringValue" => "string",
        "BytesValue" => "bytes",
        "Any" => "any",
        "Duration" => "duration",
        "Timestamp" => "timestamp",
        "FieldMask" => "field_mask",
        _ => return None,
    })
}

fn kind(field: &FieldDescriptor) -> String {
    match field.kind() {
        Kind::Message(message) => format!("`{}`", message.full_name()),
        Kind::Enum(of) => format!("`{}`", of.full_name()),
        scalar => format!("`{scalar:?}`"),
    }
}
