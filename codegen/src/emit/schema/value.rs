//! Values of fields: one schema per kind, then the list or map around it, with
//! what the contract's rules say about them.

use serde_json::{Value, json};

use super::{Definition, Dialect, Schemas, rules, well_known};
use crate::contract::{Cardinality, Field, Kind, Rules, TypeRef};

/// A schema, and what no keyword of it can say.
#[derive(Debug)]
pub(in crate::emit) struct Constrained {
    /// The schema.
    pub(in crate::emit) schema: Value,
    /// Constraints in words.
    pub(in crate::emit) notes: Vec<String>,
}

impl Constrained {
    /// Everything in words, for a text that the schema is not about.
    pub(in crate::emit) fn in_words(self) -> Vec<String> {
        let words = [
            ("pattern", "matches"),
            ("minLength", "least length"),
            ("maxLength", "greatest length"),
            ("format", "of the format"),
            ("enum", "one of"),
        ];
        let keyword = |(keyword, words): &(&str, &str)| {
            let value = self.schema.get(keyword)?;
            Some(format!("{words} `{}`", value.as_str().map_or(value.to_string(), str::to_owned)))
        };
        words.iter().filter_map(keyword).chain(self.notes.iter().cloned()).collect()
    }
}

impl Schemas<'_> {
    /// The schema of a field's value, lists and maps included.
    pub(in crate::emit) fn field(&mut self, field: &Field) -> Constrained {
        let rules = &field.rules;
        let none = Rules::default();
        let part = |part: &Option<Box<Rules>>| part.as_deref().unwrap_or(&none).clone();
        let mut notes = Vec::new();
        let mut schema = match &field.cardinality {
            Cardinality::Repeated => {
                let items = self.value(&field.kind, &part(&rules.values));
                notes.extend(items.notes.iter().map(|note| format!("of each element: {note}")));
                json!({ "type": "array", "items": items.schema })
            }
            Cardinality::Map(key) => {
                let values = self.value(&field.kind, &part(&rules.values));
                notes.extend(values.notes.iter().map(|note| format!("of each value: {note}")));
                let (keys, key_rules) = (map_key(key), part(&rules.keys));
                let keys = rules::constrain(self, keys, &Kind::String, &key_rules);
                notes.extend(keys.notes.iter().map(|note| format!("of each key: {note}")));
                map(&keys.schema, &values.schema)
            }
            _ => return self.value(&field.kind, rules),
        };
        rules::many(&mut schema, &mut notes, field, rules);
        Constrained { schema, notes }
    }

    /// The schema of one value under rules.
    pub(in crate::emit) fn value(&mut self, kind: &Kind, rules: &Rules) -> Constrained {
        let narrowed = rules::narrowed(self.contract, kind, rules);
        let schema = narrowed.unwrap_or_else(|| self.kind(kind));
        rules::constrain(self, schema, kind, rules)
    }

    /// The schema of one value of any content.
    fn kind(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Enum(id) => self.refer(Definition::Enum(*id)),
            Kind::Message(TypeRef::Message(id)) | Kind::Group(id) => {
                self.refer(Definition::Message(*id))
            }
            Kind::Message(TypeRef::WellKnown(name)) => well_known::schema(name, self.dialect),
            scalar => self::scalar(scalar, self.dialect),
        }
    }
}

/// The schema of a scalar.
pub(super) fn scalar(kind: &Kind, dialect: Dialect) -> Value {
    match kind {
        Kind::Double => float("double", dialect),
        Kind::Float => float("float", dialect),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            json!({ "type": "integer", "format": "int32", "minimum": i32::MIN, "maximum": i32::MAX })
        }
        Kind::Uint32 | Kind::Fixed32 => {
            json!({ "type": "integer", "format": "uint32", "minimum": 0, "maximum": u32::MAX })
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => long("int64", SIGNED, dialect),
        Kind::Uint64 | Kind::Fixed64 => long("uint64", UNSIGNED, dialect),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Bytes => {
            json!({ "type": "string", "contentEncoding": "base64", "pattern": BASE64 })
        }
        Kind::NullValue => match dialect {
            Dialect::Exact | Dialect::Written => json!({ "type": "null" }),
            // Generators have no type for null alone.
            Dialect::Typed => json!({ "enum": [null] }),
        },
        Kind::String | Kind::Enum(_) | Kind::Message(_) | Kind::Group(_) => {
            json!({ "type": "string" })
        }
    }
}

const SIGNED: &str = "^-?(0|[1-9][0-9]{0,18})$";
const UNSIGNED: &str = "^(0|[1-9][0-9]{0,19})$";
/// Groups of four of one alphabet or the other; the padding of the last may be
/// missing.
const BASE64: &str = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?$\
    |^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2}(==)?|[A-Za-z0-9_-]{3}=?)?$";

fn float(format: &str, dialect: Dialect) -> Value {
    match dialect {
        Dialect::Typed => json!({ "type": "number", "format": format }),
        Dialect::Exact | Dialect::Written => json!({
            "anyOf": [
                { "type": "number", "format": format },
                { "type": "string", "enum": ["NaN", "Infinity", "-Infinity"] }
            ]
        }),
    }
}

fn long(format: &str, pattern: &str, dialect: Dialect) -> Value {
    let mut schema = json!({ "type": "string", "format": format, "pattern": pattern });
    if dialect == Dialect::Exact {
        schema["type"] = json!(["string", "integer"]);
        if pattern == UNSIGNED {
            schema["minimum"] = json!(0);
        }
    }
    schema
}

fn map(keys: &Value, values: &Value) -> Value {
    let mut schema = json!({ "type": "object", "additionalProperties": values });
    if *keys != json!({ "type": "string" }) {
        schema["propertyNames"] = keys.clone();
    }
    schema
}

/// The schema of a map's keys, which JSON has as texts.
fn map_key(key: &Kind) -> Value {
    match key {
        Kind::Bool => json!({ "type": "string", "enum": ["true", "false"] }),
        Kind::Uint32 | Kind::Uint64 | Kind::Fixed32 | Kind::Fixed64 => {
            json!({ "type": "string", "pattern": UNSIGNED })
        }
        Kind::String => json!({ "type": "string" }),
        _ => json!({ "type": "string", "pattern": SIGNED }),
    }
}
