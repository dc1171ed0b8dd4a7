//! Queue subjects against each other.

use std::collections::BTreeMap;

use crate::contract::model::{Contract, Method};
use crate::diagnostic::{Diagnostic, codes};

/// Rpcs of one subject, and dead letters that some rpc would take in.
pub(super) fn duplicates(contract: &Contract) -> Vec<Diagnostic> {
    let methods: Vec<&Method> = contract.services().flat_map(|service| &service.methods).collect();
    let mut first: BTreeMap<&str, &Method> = BTreeMap::new();
    let mut found = Vec::new();
    for method in &methods {
        let Some(queue) = &method.queue else {
            continue;
        };
        if let Some(other) = first.get(queue.subject.as_str()) {
            let message = format!(
                "`{}` and `{}` have one subject, `{}`",
                other.full_name, method.full_name, queue.subject
            );
            found.push(report(method, other, message));
        } else {
            first.insert(&queue.subject, method);
        }
    }
    for method in methods {
        let dead_letter = method.queue.as_ref().map_or("", |queue| &queue.dead_letter);
        if let Some(other) = first.get(dead_letter) {
            let message = format!(
                "the dead letters of `{}` go to `{dead_letter}`, which `{}` works on",
                method.full_name, other.full_name
            );
            found.push(report(method, other, message));
        }
    }
    found
}

fn report(method: &Method, other: &Method, message: String) -> Diagnostic {
    Diagnostic::new(&codes::SUBJECT_DUPLICATE, message)
        .at(method.location.clone())
        .related(other.location.clone(), "the other one")
        .hint("set `option (agentgen.v1.method).queue` to tell them apart")
}
