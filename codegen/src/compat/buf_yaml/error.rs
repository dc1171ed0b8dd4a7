//! What is wrong with a `buf.yaml`, and where.

use std::fmt;

/// Why a `buf.yaml` cannot be used: one line that names the file, the line and
/// the column where they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BufYamlError(String);

impl BufYamlError {
    pub(super) fn file(shown: &str, what: &str) -> Self {
        Self(format!("{shown}: {what}"))
    }

    pub(super) fn at(shown: &str, line: usize, column: usize, what: &str) -> Self {
        Self(format!("{shown}:{line}:{column}: {what}"))
    }
}

impl fmt::Display for BufYamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BufYamlError {}
