//! A tool before any dialect: its schemas as the contract has them, without
//! what the side that fills them in may not set.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{oneof, openai};
use crate::contract::{Contract, Method, ToolBinding, TypeRef};
use crate::emit::schema::{Dialect, Object, Schemas};

/// What references start with.
pub(super) const DEFINITIONS: &str = "#/$defs/";

/// An rpc as a tool.
pub(in crate::emit) struct Tool<'a> {
    pub(super) contract: &'a Contract,
    /// The rpc.
    pub(super) method: &'a Method,
    /// Name and description.
    pub(in crate::emit) binding: &'a ToolBinding,
    /// The schema of arguments: an object, with its definitions in `$defs`.
    pub(super) input: Object,
    /// The schema of results, if that is an object.
    pub(super) output: Option<Object>,
    /// What both of `OpenAI`'s dialects make of the arguments.
    pub(super) openai: OnceCell<openai::Parameters>,
}

impl<'a> Tool<'a> {
    /// The tool of an rpc that is one and whose request is a JSON object.
    pub(in crate::emit) fn new(contract: &'a Contract, method: &'a Method) -> Option<Self> {
        let binding = method.tool.as_ref()?;
        let input = schema(contract, &method.input, "readOnly", Dialect::Typed)?;
        let output = schema(contract, &method.output, "writeOnly", Dialect::Written);
        Some(Self { contract, method, binding, input, output, openai: OnceCell::new() })
    }

    /// The description, as one text.
    pub(super) fn description(&self) -> &str {
        self.binding.description.trim()
    }
}

/// The schema of a message without the properties marked so; `None` where the
/// message is no object in JSON.
fn schema(
    contract: &Contract,
    reference: &TypeRef,
    without: &str,
    dialect: Dialect,
) -> Option<Object> {
    let mut schemas = Schemas::new(contract, DEFINITIONS, dialect);
    let root = match reference {
        TypeRef::Message(id) => schemas.without(*id, &[]),
        TypeRef::WellKnown(_) => schemas.of(reference),
    };
    let Value::Object(mut root) = root else { return None };
    if root.get("type") != Some(&json!("object")) {
        return None;
    }
    let mut definitions = schemas.into_definitions();
    strip(&mut root, without);
    definitions.values_mut().filter_map(Value::as_object_mut).for_each(|own| strip(own, without));
    let names = used(&root, &definitions);
    definitions.retain(|name, _| names.contains(name));
    if !definitions.is_empty() {
        root.insert("$defs".into(), Value::Object(definitions));
    }
    Some(root)
}

/// Takes out the properties with this mark, and every mention of them.
fn strip(schema: &mut Object, mark: &str) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    let marked = |schema: &Value| schema.get(mark) == Some(&Value::Bool(true));
    let gone: BTreeSet<String> = properties
        .iter()
        .filter(|(_, schema)| marked(schema))
        .map(|(name, _)| name.clone())
        .collect();
    properties.retain(|name, _| !gone.contains(name));
    oneof::forget(schema, &gone);
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| name.as_str().is_none_or(|name| !gone.contains(name)));
        if required.is_empty() {
            schema.remove("required");
        }
    }
}

/// The names of the definitions that the root leads to.
fn used(root: &Object, all: &Object) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open: Vec<&str> = Vec::new();
    references(root, &mut open);
    while let Some(name) = open.pop() {
        if let (Some(schema), true) = (all.get(name), names.insert(name.to_owned())) {
            below(schema, &mut open);
        }
    }
    names
}

/// The names that a schema refers to.
fn references<'a>(schema: &'a Object, names: &mut Vec<&'a str>) {
    names.extend(reference(schema));
    let members = schema.iter().filter(|(keyword, _)| *keyword != "examples");
    members.for_each(|(_, value)| below(value, names));
}

fn below<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| below(item, names)),
        Value::Object(object) => references(object, names),
        _ => {}
    }
}

/// The name that a schema refers to.
pub(super) fn reference(schema: &Object) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(DEFINITIONS)
}
