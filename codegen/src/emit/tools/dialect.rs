//! The one table of dialects: what a provider calls a tool, and how one is put.

use serde_json::Value;

use super::{Tool, anthropic, gemini, mcp, openai};

/// The form in which one provider takes tools.
pub(in crate::emit) struct Dialect {
    /// The name in file names, and in the runtime's tables.
    pub(in crate::emit) name: &'static str,
    /// What is emitted where the strict form does not hold a tool.
    pub(super) instead: &'static str,
    /// Puts a tool.
    pub(in crate::emit) define: fn(&Tool<'_>) -> Definition,
}

/// A tool in the words of a provider.
pub(in crate::emit) struct Definition {
    /// The definition.
    pub(in crate::emit) definition: Value,
    /// What the strict form cannot express; the definition is then in the
    /// provider's wide form.
    pub(super) unmet: Vec<String>,
}

/// Every dialect, in the order of the runtime's.
pub(in crate::emit) const DIALECTS: &[Dialect] =
    &[openai::RESPONSES, openai::CHAT, anthropic::DIALECT, gemini::DIALECT, mcp::DIALECT];
