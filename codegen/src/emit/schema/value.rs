//! Values of fields: one schema per kind, then the list or map around it.

use serde_json::{Value, json};

use super::{Definition, Schemas, well_known};
use crate::contract::{Cardinality, Field, Kind, TypeRef};

impl Schemas<'_> {
    /// The schema of a field's value, lists and maps included.
    pub(in crate::emit) fn field(&mut self, field: &Field) -> Value {
        let value = self.kind(&field.kind);
        match &field.cardinality {
            Cardinality::Repeated => json!({ "type": "array", "items": value }),
            Cardinality::Map(key) => map(key, &value),
            _ => value,
        }
    }

    /// The schema of one value.
    pub(in crate::emit) fn kind(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Enum(id) => self.refer(Definition::Enum(*id)),
            Kind::Message(TypeRef::Message(id)) | Kind::Group(id) => {
                self.refer(Definition::Message(*id))
            }
            Kind::Message(TypeRef::WellKnown(name)) => well_known::schema(name),
            scalar => self::scalar(scalar),
        }
    }
}

/// The schema of a scalar.
pub(super) fn scalar(kind: &Kind) -> Value {
    match kind {
        Kind::Double => float("double"),
        Kind::Float => float("float"),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            json!({ "type": "integer", "format": "int32", "minimum": i32::MIN, "maximum": i32::MAX })
        }
        Kind::Uint32 | Kind::Fixed32 => {
            json!({ "type": "integer", "format": "uint32", "minimum": 0, "maximum": u32::MAX })
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            json!({ "type": ["string", "integer"], "format": "int64", "pattern": SIGNED })
        }
        Kind::Uint64 | Kind::Fixed64 => {
            json!({ "type": ["string", "integer"], "format": "uint64", "pattern": UNSIGNED, "minimum": 0 })
        }
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Bytes => {
            json!({ "type": "string", "contentEncoding": "base64", "pattern": "^[A-Za-z0-9+/_-]*={0,2}$" })
        }
        Kind::NullValue => json!({ "type": "null" }),
        Kind::String | Kind::Enum(_) | Kind::Message(_) | Kind::Group(_) => {
            json!({ "type": "string" })
        }
    }
}

const SIGNED: &str = "^-?[0-9]+$";
const UNSIGNED: &str = "^[0-9]+$";

fn float(format: &str) -> Value {
    json!({
        "anyOf": [
            { "type": "number", "format": format },
            { "type": "string", "enum": ["NaN", "Infinity", "-Infinity"] }
        ]
    })
}

fn map(key: &Kind, value: &Value) -> Value {
    let names = match key {
        Kind::Bool => json!({ "enum": ["true", "false"] }),
        Kind::Uint32 | Kind::Uint64 | Kind::Fixed32 | Kind::Fixed64 => {
            json!({ "pattern": UNSIGNED })
        }
        Kind::String => return json!({ "type": "object", "additionalProperties": value }),
        _ => json!({ "pattern": SIGNED }),
    };
    json!({ "type": "object", "propertyNames": names, "additionalProperties": value })
}
