//! The Model Context Protocol: entries of `tools/list`.
//!
//! The rules are those of "Tools"
//! (<https://modelcontextprotocol.io/specification/2025-11-25/server/tools>):
//! `inputSchema` and `outputSchema` are objects of JSON Schema 2020-12, without
//! a subset; annotations are hints. Hosts hand `inputSchema` on to providers, which
//! refuse a union at its root: that is said in words.

use serde_json::{Value, json};

use super::Tool;
use super::definition::{named, without_union};
use super::dialect::{Definition, Dialect};
use crate::contract::Idempotency;

/// The row.
pub(super) const DIALECT: Dialect =
    Dialect { name: "mcp", instead: "it is emitted as JSON Schema 2020-12", define };

fn define(tool: &Tool<'_>) -> Definition {
    let mut definition = named(tool);
    definition.insert("inputSchema".into(), Value::Object(without_union(&tool.input)));
    if let Some(output) = &tool.output {
        definition.insert("outputSchema".into(), Value::Object(output.clone()));
    }
    let annotations = match tool.method.idempotency {
        Idempotency::Unknown => None,
        Idempotency::Idempotent => Some(json!({ "idempotentHint": true })),
        Idempotency::NoSideEffects => Some(json!({ "readOnlyHint": true })),
    };
    if let Some(annotations) = annotations {
        definition.insert("annotations".into(), annotations);
    }
    Definition { definition: Value::Object(definition), unmet: Vec::new() }
}
