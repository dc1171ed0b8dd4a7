//! Canonical proto3 JSON: the helpers that generated serde implementations call.

/// How lenient decoding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Ignore fields that the message does not have, instead of refusing them.
    pub ignore_unknown_fields: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { ignore_unknown_fields: true }
    }
}
