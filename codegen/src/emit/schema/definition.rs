//! Definitions of messages and enums.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::constraint::at_most_one;
use super::{Describe as _, Object, Schemas};
use crate::contract::{
    Cardinality, Enum, Field, FieldBehavior, FieldRef, Kind, MessageId, TypeRef,
};

/// The schema of a message, without the fields at these paths.
pub(super) fn message(schemas: &mut Schemas<'_>, id: MessageId, without: &[&[FieldRef]]) -> Value {
    let message = schemas.contract.message(id);
    let mut object = Object::new();
    object.insert("type".into(), json!("object"));
    object.insert("title".into(), json!(message.name));
    object.describe(&message.docs);
    object.deprecate(message.deprecated);
    let mut properties = Object::new();
    let mut required = Vec::new();
    let mut oneofs = vec![Vec::new(); message.oneofs.len()];
    for (index, field) in message.fields.iter().enumerate() {
        let inner = below(without, FieldRef { message: id, field: index });
        if inner.iter().any(|path| path.is_empty()) {
            continue;
        }
        properties.insert(field.json.clone(), property(schemas, field, &inner));
        if is_required(field) {
            required.push(field.json.as_str());
        }
        if let Cardinality::Oneof(oneof) = field.cardinality
            && let Some(members) = oneofs.get_mut(oneof)
        {
            members.push(field.json.as_str());
        }
    }
    object.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        object.insert("required".into(), json!(required));
    }
    at_most_one(&mut object, &oneofs);
    Value::Object(object)
}

/// What remains of the paths that start with this field.
fn below<'a>(paths: &[&'a [FieldRef]], field: FieldRef) -> Vec<&'a [FieldRef]> {
    paths
        .iter()
        .filter_map(|path| path.split_first())
        .filter(|(first, _)| **first == field)
        .map(|(_, rest)| rest)
        .collect()
}

fn property(schemas: &mut Schemas<'_>, field: &Field, without: &[&[FieldRef]]) -> Value {
    let schema = match &field.kind {
        Kind::Message(TypeRef::Message(id)) if !without.is_empty() => {
            message(schemas, *id, without)
        }
        _ => schemas.field(field),
    };
    let Value::Object(mut object) = schema else { return schema };
    object.describe(&field.docs);
    object.deprecate(field.deprecated);
    let has = |behavior| field.behavior.contains(&behavior);
    if has(FieldBehavior::OutputOnly) {
        object.insert("readOnly".into(), json!(true));
    }
    if has(FieldBehavior::InputOnly) {
        object.insert("writeOnly".into(), json!(true));
    }
    if has(FieldBehavior::Immutable) {
        object.insert("x-immutable".into(), json!(true));
    }
    if has(FieldBehavior::Identifier) {
        object.insert("x-identifier".into(), json!(true));
    }
    Value::Object(object)
}

/// Whether a document must hold the field.
pub(in crate::emit) fn is_required(field: &Field) -> bool {
    field.cardinality == Cardinality::Required || field.behavior.contains(&FieldBehavior::Required)
}

/// The schema of an enum: its values by name, aliases included.
pub(super) fn enumeration(declared: &Enum) -> Value {
    let mut object = Object::new();
    object.insert("type".into(), json!("string"));
    object.insert("title".into(), json!(declared.name));
    object.describe(&enum_docs(declared));
    object.deprecate(declared.deprecated);
    let names: Vec<_> = declared.values.iter().map(|value| &value.name).collect();
    object.insert("enum".into(), json!(names));
    Value::Object(object)
}

/// The comment of an enum, with those of its values as a list.
fn enum_docs(declared: &Enum) -> String {
    let mut docs = declared.docs.trim_end().to_owned();
    let mut start = if docs.is_empty() { "" } else { "\n\n" };
    for value in &declared.values {
        let comment = value.docs.split_whitespace().collect::<Vec<_>>().join(" ");
        if comment.is_empty() && !value.deprecated {
            continue;
        }
        let mark = if value.deprecated { " (deprecated)" } else { "" };
        let colon = if comment.is_empty() { "" } else { ": " };
        // Writing to a string cannot fail.
        let _ = write!(docs, "{start}- `{}`{mark}{colon}{comment}", value.name);
        start = "\n";
    }
    docs
}
