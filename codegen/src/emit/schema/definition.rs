//! Definitions of messages and enums.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::oneof::{self, Group};
use super::rules::expression;
use super::{Describe as _, Dialect, Object, Schemas};
use crate::contract::{
    Cardinality, Enum, Field, FieldBehavior, FieldRef, Kind, Message, MessageId, TypeRef,
};

/// The schema of a message, without the fields at these paths.
pub(super) fn message(schemas: &mut Schemas<'_>, id: MessageId, without: &[&[FieldRef]]) -> Value {
    let message = schemas.contract.message(id);
    let mut object = Object::new();
    object.insert("type".into(), json!("object"));
    object.insert("title".into(), json!(message.name));
    let notes: Vec<_> = message.rules.expressions.iter().map(expression).collect();
    object.describe_with(&message.docs, &notes);
    object.deprecate(message.deprecated);
    let mut properties = Object::new();
    let mut required = Vec::new();
    for (index, field) in message.fields.iter().enumerate() {
        let inner = below(without, FieldRef { message: id, field: index });
        if inner.iter().any(|path| path.is_empty()) {
            continue;
        }
        properties.insert(field.json.clone(), property(schemas, field, &inner));
        if schemas.is_required(field) {
            required.push(field.json.as_str());
        }
    }
    let mut groups = groups(message, &properties);
    if schemas.dialect == Dialect::Written {
        for group in &mut groups {
            group.required = false;
        }
    }
    object.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        object.insert("required".into(), json!(required));
    }
    oneof::constrain(&mut object, &groups);
    Value::Object(object)
}

/// The oneofs of a message, and the groups of its rules, as far as their
/// members are properties here. A group that must have a member may have it
/// elsewhere where one is left out.
fn groups<'a>(message: &'a Message, properties: &Object) -> Vec<Group<'a>> {
    let member = |index: usize, field: &Field| field.cardinality == Cardinality::Oneof(index);
    let oneofs = message.oneofs.iter().enumerate().map(|(index, oneof)| {
        let fields = message.fields.iter().filter(move |field| member(index, field));
        (fields.collect::<Vec<_>>(), oneof.required)
    });
    let stated = message.rules.oneofs.iter().map(|group| {
        let fields = group.fields.iter().filter_map(|index| message.fields.get(*index));
        (fields.collect::<Vec<_>>(), group.required)
    });
    let groups = oneofs.chain(stated).map(|(fields, required)| {
        let here = |field: &&&Field| properties.contains_key(&field.json);
        let names: Vec<_> = fields.iter().filter(here).map(|field| field.json.as_str()).collect();
        Group { required: required && names.len() == fields.len(), names }
    });
    groups.collect()
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
    let (schema, notes) = match &field.kind {
        Kind::Message(TypeRef::Message(id)) if !without.is_empty() => {
            (message(schemas, *id, without), Vec::new())
        }
        _ => {
            let constrained = schemas.field(field);
            (constrained.schema, constrained.notes)
        }
    };
    let Value::Object(mut object) = schema else { return schema };
    object.describe_with(&field.docs, &notes);
    object.deprecate(field.deprecated);
    behave(&mut object, field);
    let examples: Vec<_> = field.example.iter().chain(&field.rules.examples).collect();
    if !examples.is_empty() {
        object.insert("examples".into(), json!(examples));
    }
    Value::Object(object)
}

/// What `google.api.field_behavior` says of a property.
fn behave(object: &mut Object, field: &Field) {
    for (behavior, keyword) in [
        (FieldBehavior::OutputOnly, "readOnly"),
        (FieldBehavior::InputOnly, "writeOnly"),
        (FieldBehavior::Immutable, "x-immutable"),
        (FieldBehavior::Identifier, "x-identifier"),
    ] {
        if field.behavior.contains(&behavior) {
            object.insert(keyword.into(), json!(true));
        }
    }
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
