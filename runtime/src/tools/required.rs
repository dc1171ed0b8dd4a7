//! Which properties a definition requires, read from the one that every tool has.

use std::collections::HashMap;

use serde_json::Value;

use super::Dialect;
use crate::service::ToolInfo;

/// The JSON names of required properties.
#[derive(Debug, Default)]
pub(super) struct Required {
    /// Of the arguments.
    pub(super) root: Vec<String>,
    /// Of the messages below, by their full names.
    nested: HashMap<String, Vec<String>>,
}

impl Required {
    /// What the definition of a tool requires.
    pub(super) fn of(tool: &ToolInfo) -> Self {
        let definition: Value = serde_json::from_str(&Dialect::Mcp.of(tool)).unwrap_or_default();
        let schema = &definition["inputSchema"];
        let nested = schema["$defs"].as_object().into_iter().flatten();
        Self {
            root: names(schema),
            nested: nested.map(|(name, schema)| (name.clone(), names(schema))).collect(),
        }
    }

    /// Those of a message below the arguments.
    pub(super) fn of_message(&self, name: &str) -> &[String] {
        self.nested.get(name).map_or(&[], Vec::as_slice)
    }
}

fn names(schema: &Value) -> Vec<String> {
    let names = schema["required"].as_array().into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}
