//! Which provider's form of a definition.

use crate::service::ToolInfo;

/// The form in which a provider takes tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// `OpenAI`'s Responses API: an element of `tools`.
    OpenAi,
    /// `OpenAI`'s Chat Completions, and servers compatible with it: an element
    /// of `tools`.
    OpenAiChat,
    /// Anthropic's Messages API: an element of `tools`.
    Anthropic,
    /// Google Gemini: an element of `tools[].functionDeclarations`.
    Gemini,
    /// The Model Context Protocol: an element of `tools` in the answer to
    /// `tools/list`.
    Mcp,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 5] =
        [Self::OpenAi, Self::OpenAiChat, Self::Anthropic, Self::Gemini, Self::Mcp];

    /// The definition of a tool, as JSON.
    pub(super) fn of(self, tool: &ToolInfo) -> String {
        let pieces = match self {
            Self::OpenAi => tool.openai,
            Self::OpenAiChat => tool.openai_chat,
            Self::Anthropic => tool.anthropic,
            Self::Gemini => tool.gemini,
            Self::Mcp => tool.mcp,
        };
        pieces.concat()
    }
}
