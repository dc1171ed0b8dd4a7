//! What the dialects share: wide forms, limits and how a definition begins.

use serde_json::{Value, json};

use super::Tool;
use super::oneof;
use crate::emit::schema::{Describe as _, Object};

/// Name and description, under the names that every provider has for them.
pub(super) fn named(tool: &Tool<'_>) -> Object {
    let mut definition = Object::new();
    definition.insert("name".into(), json!(tool.binding.name));
    if !tool.description().is_empty() {
        definition.insert("description".into(), json!(tool.description()));
    }
    definition
}

/// A schema as it is, but for unions at its root, which are said in words.
pub(super) fn without_union(schema: &Object) -> Object {
    let mut schema = schema.clone();
    let words = oneof::take(&mut schema);
    let docs = schema.remove("description");
    schema.describe_with(docs.as_ref().and_then(Value::as_str).unwrap_or_default(), &words);
    schema
}

/// Notes a number over its limit.
pub(super) fn limit(unmet: &mut Vec<String>, what: &str, found: usize, most: usize) {
    if found > most {
        unmet.push(format!("it has {found} {what}, and {most} are allowed"));
    }
}
