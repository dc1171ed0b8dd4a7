//! Rpcs as tools of language models: one JSON file per package and dialect.
//!
//! The schemas come from the one walker of [`schema`](super::schema); a dialect
//! is a small transformation of its output, in a file of its own. Providers
//! hold models to the letter of a schema only in a strict form, which is a
//! subset of JSON Schema. A tool that does not fit it is emitted in the
//! provider's wide form, whole, and a diagnostic says why; the runtime checks
//! arguments in either case.

mod anthropic;
mod base;
mod definition;
mod dialect;
mod gemini;
mod mcp;
mod names;
mod oneof;
mod openai;
mod size;
mod strict;
mod words;

pub(super) use base::Tool;
pub(super) use dialect::{DIALECTS, Dialect};

use serde_json::Value;

use super::document::pretty;
use super::{Emitter, Group, Job, Output};
use crate::contract::{Contract, Method};
use crate::diagnostic::{Diagnostic, codes};

/// The registry row.
pub(super) const TOOLS: Emitter = Emitter {
    name: "tools",
    group: Group::Documents,
    doc: "tools for language models: tools/{package}.{dialect}.json",
    needs: &[],
    emit: |job: &Job<'_>, output: &mut Output| {
        for package in &job.contract.packages {
            let methods = || package.services.iter().flat_map(|service| &service.methods);
            let tools: Vec<_> =
                methods().filter_map(|method| Tool::new(job.contract, method)).collect();
            if tools.is_empty() {
                continue;
            }
            let package = if package.name.is_empty() { "_" } else { &package.name };
            for dialect in DIALECTS {
                let definitions: Value =
                    tools.iter().map(|tool| (dialect.define)(tool).definition).collect();
                output.document(
                    format!("tools/{package}.{}.json", dialect.name),
                    pretty(&definitions),
                );
            }
        }
    },
};

/// What the strict forms of the providers cannot express, and which rpcs are
/// no tools although the contract does not hide them.
pub(super) fn warnings(contract: &Contract) -> Vec<Diagnostic> {
    let methods = contract.services().flat_map(|service| &service.methods);
    methods.flat_map(|method| of(contract, method)).collect()
}

fn of(contract: &Contract, method: &Method) -> Vec<Diagnostic> {
    let (Some(tool), Some(binding)) = (Tool::new(contract, method), &method.tool) else {
        let hidden = method.tool.is_none();
        return if hidden { Vec::new() } else { vec![no_object(method)] };
    };
    let inexact = |dialect: &Dialect| {
        let unmet = (dialect.define)(&tool).unmet;
        let (first, more) = (unmet.first()?, unmet.len() - 1);
        let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
        let message = format!(
            "the tool `{}` does not fit the strict form of `{}`: {first}{more}",
            binding.name, dialect.name
        );
        let diagnostic = Diagnostic::new(&codes::TOOL_DIALECT, message);
        Some(diagnostic.at(method.location.clone()).hint(dialect.instead))
    };
    DIALECTS.iter().filter_map(inexact).collect()
}

fn no_object(method: &Method) -> Diagnostic {
    let message = format!("`{}` is no tool: its request is no JSON object", method.full_name);
    Diagnostic::new(&codes::TOOL_SHAPE, message)
        .at(method.location.clone())
        .hint("take a message of your own, or set `option (agentgen.v1.method).tool.hidden`")
}
