//! Why a reader refuses a payload.

use std::fmt;

/// Why a payload cannot be read, or a value not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The full names of the fields that lead to what is wrong, as the reader
    /// calls them, from the outside inwards.
    pub path: Vec<String>,
    /// What is wrong, in a few words.
    pub what: String,
}

impl ReadError {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self { path: Vec::new(), what: what.into() }
    }

    /// The same, inside this field.
    pub(super) fn within(mut self, field: String) -> Self {
        self.path.insert(0, field);
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.last() {
            Some(field) => write!(f, "`{field}`: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for ReadError {}
