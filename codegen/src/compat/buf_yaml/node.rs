//! Reads nodes of a `buf.yaml`, each with its place for errors.

use super::error::BufYamlError;
use crate::yaml::{Data, Tree};

/// A node of a file.
#[derive(Clone, Copy)]
pub(super) struct Node<'n> {
    tree: &'n Tree,
    shown: &'n str,
}

impl<'n> Node<'n> {
    pub(super) fn new(tree: &'n Tree, shown: &'n str) -> Self {
        Self { tree, shown }
    }

    pub(super) fn error(&self, what: &str) -> BufYamlError {
        BufYamlError::at(self.shown, self.tree.line, self.tree.column, what)
    }

    fn with(&self, tree: &'n Tree) -> Self {
        Self { tree, shown: self.shown }
    }

    /// The entries of a mapping; none where nothing is written.
    pub(super) fn entries(&self) -> Result<Vec<(Self, Self)>, BufYamlError> {
        match &self.tree.data {
            Data::Mapping(entries) => {
                Ok(entries.iter().map(|(key, value)| (self.with(key), self.with(value))).collect())
            }
            _ if self.is_null() => Ok(Vec::new()),
            _ => Err(self.error("expected keys with values")),
        }
    }

    /// The items of a list; none where nothing is written.
    pub(super) fn items(&self) -> Result<Vec<Self>, BufYamlError> {
        match &self.tree.data {
            Data::List(items) => Ok(items.iter().map(|item| self.with(item)).collect()),
            _ if self.is_null() => Ok(Vec::new()),
            _ => Err(self.error("expected a list")),
        }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Result<Option<Self>, BufYamlError> {
        for (name, value) in self.entries()? {
            if name.text("a key")? == key {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Fails at the first key that is not one of these.
    pub(super) fn only_keys(&self, known: &[&str]) -> Result<(), BufYamlError> {
        for (key, _) in self.entries()? {
            let name = key.text("a key")?;
            if !known.contains(&name) {
                let known = known.join("`, `");
                return Err(key.error(&format!("`{name}` is no key here; known are `{known}`")));
            }
        }
        Ok(())
    }

    /// The text of a scalar.
    pub(super) fn text(&self, what: &str) -> Result<&'n str, BufYamlError> {
        match &self.tree.data {
            Data::Scalar { text, .. } if !self.is_null() => Ok(text),
            _ => Err(self.error(&format!("expected {what}"))),
        }
    }

    /// The value of a switch.
    pub(super) fn switch(&self) -> Result<bool, BufYamlError> {
        match &self.tree.data {
            Data::Scalar { text, plain: true } => match text.as_str() {
                "true" | "True" | "TRUE" => Ok(true),
                "false" | "False" | "FALSE" => Ok(false),
                _ if self.is_null() => Ok(false),
                _ => Err(self.error("expected `true` or `false`")),
            },
            _ => Err(self.error("expected `true` or `false`")),
        }
    }

    fn is_null(&self) -> bool {
        let nothing = ["", "~", "null", "Null", "NULL"];
        matches!(&self.tree.data, Data::Scalar { text, plain: true }
            if nothing.contains(&text.as_str()))
    }
}
