//! Names of properties for providers that take letters, digits, `_`, `.` and `-`
//! alone. A field has two names that calls are read by: where its JSON name does
//! not fit, the one of the contract stands in its place; where neither does, the
//! property is left out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Tool, oneof};
use crate::contract::{Message, TypeRef};
use crate::emit::schema::{Describe as _, Object};

/// The most bytes of a name.
const LONGEST: usize = 64;

/// The schema of arguments under names that fit, and what has none.
pub(super) fn fitting(tool: &Tool<'_>) -> (Object, Vec<String>) {
    let mut schema = tool.input.clone();
    let mut refused = Vec::new();
    if let TypeRef::Message(id) = &tool.method.input {
        rename(&mut schema, tool.contract.message(*id), "the request", &mut refused);
    }
    if let Some(Value::Object(definitions)) = schema.get_mut("$defs") {
        for (name, definition) in definitions {
            let message = tool.contract.messages.iter().find(|it| it.full_name == *name);
            if let (Value::Object(definition), Some(message)) = (definition, message) {
                rename(definition, message, &format!("`{name}`"), &mut refused);
            }
        }
    }
    let mut schema = Value::Object(schema);
    without_types(&mut schema);
    let Value::Object(schema) = schema else { return (Object::new(), refused) };
    (schema, refused)
}

fn fits(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(allowed)
}

/// Renames the properties of one message, wherever its schema mentions them.
fn rename(schema: &mut Object, message: &Message, path: &str, refused: &mut Vec<String>) {
    let Some(Value::Object(properties)) = schema.get("properties") else { return };
    let mut names = BTreeMap::new();
    for json in properties.keys().filter(|json| !fits(json)) {
        let field = message.fields.iter().find(|field| field.json == *json);
        let name = field.map(|field| &field.name);
        let name = name.filter(|name| fits(name) && !properties.contains_key(*name));
        if name.is_none() {
            refused.push(format!(
                "`{json}` of {path} is no name of a property there, and is left out: letters, \
                 digits, `_`, `.` and `-`, {LONGEST} at most"
            ));
        }
        names.insert(json.clone(), name.cloned());
    }
    if names.is_empty() {
        return;
    }
    let gone: BTreeSet<_> =
        names.iter().filter(|(_, name)| name.is_none()).map(|(json, _)| json.clone()).collect();
    oneof::forget(schema, &gone);
    let renamed = |name: &str| names.get(name).map_or_else(|| Some(name.to_owned()), Clone::clone);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        let all = std::mem::take(properties);
        properties.extend(all.into_iter().filter_map(|(name, it)| Some((renamed(&name)?, it))));
    }
    for keyword in ["required", "oneOf", "allOf"] {
        if let Some(constraint) = schema.get_mut(keyword) {
            mentions(constraint, &renamed);
        }
    }
}

/// Renames in lists of required properties, at any depth of a constraint.
fn mentions(value: &mut Value, named: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::Array(all) if all.iter().all(Value::is_string) => {
            let texts = all.iter().filter_map(Value::as_str);
            *all = texts.filter_map(named).map(Value::from).collect();
        }
        Value::Array(all) => all.iter_mut().for_each(|one| mentions(one, named)),
        Value::Object(object) => object.values_mut().for_each(|one| mentions(one, named)),
        _ => {}
    }
}

/// Says `@type`, which is no name here, in words.
fn without_types(schema: &mut Value) {
    match schema {
        Value::Array(all) => all.iter_mut().for_each(without_types),
        Value::Object(object) => {
            let is_any = |properties: &Value| properties.get("@type").is_some();
            if object.get("properties").is_some_and(is_any) {
                object.remove("properties");
                object.insert("type".into(), json!("object"));
                let docs = object.remove("description");
                let docs = docs.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
                object.describe_with(&docs, &["a message, and its type in `@type`".to_owned()]);
            }
            object.values_mut().for_each(without_types);
        }
        _ => {}
    }
}
