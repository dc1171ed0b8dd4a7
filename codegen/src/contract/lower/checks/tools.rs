//! Tools of language models against each other.

use std::collections::BTreeMap;

use crate::contract::model::{Contract, Method};
use crate::diagnostic::{Diagnostic, codes};

/// Rpcs of one tool name.
pub(super) fn duplicates(contract: &Contract) -> Vec<Diagnostic> {
    let mut first: BTreeMap<&str, &Method> = BTreeMap::new();
    let mut found = Vec::new();
    for method in contract.services().flat_map(|service| &service.methods) {
        let Some(tool) = &method.tool else { continue };
        let Some(other) = first.get(tool.name.as_str()) else {
            first.insert(&tool.name, method);
            continue;
        };
        let message = format!(
            "`{}` and `{}` are one tool, `{}`",
            other.full_name, method.full_name, tool.name
        );
        found.push(
            Diagnostic::new(&codes::TOOL_DUPLICATE, message)
                .at(method.location.clone())
                .related(other.location.clone(), "the other one")
                .hint("set `option (agentgen.v1.method).tool.name` to tell them apart"),
        );
    }
    found
}
