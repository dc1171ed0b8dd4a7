//! Two tools of one name.

use std::fmt;

/// A tool has the name of one that the registry holds already. Models call
/// tools by name, so that one of both could never be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateTool {
    /// The name.
    pub name: &'static str,
    /// The full protobuf name of the rpc that has it.
    pub first: String,
    /// The full protobuf name of the rpc that wanted it too.
    pub second: String,
}

impl fmt::Display for DuplicateTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, first, second } = self;
        write!(
            f,
            "`{first}` and `{second}` are one tool, `{name}`: \
             set `option (agentgen.v1.method).tool.name` in one of their contracts"
        )
    }
}

impl std::error::Error for DuplicateTool {}
