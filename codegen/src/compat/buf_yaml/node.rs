//! YAML nodes with their places.

use saphyr::{LoadableYamlNode, MarkedYaml, YamlData};

use super::error::BufYamlError;

/// A node of a file.
#[derive(Clone, Copy)]
pub(super) struct Node<'n, 'i> {
    yaml: &'n MarkedYaml<'i>,
    shown: &'n str,
}

/// The documents of a text.
pub(super) fn documents<'i>(
    text: &'i str,
    shown: &str,
) -> Result<Vec<MarkedYaml<'i>>, BufYamlError> {
    MarkedYaml::load_from_str(text).map_err(|error| {
        let marker = error.marker();
        let at = format!("{shown}:{}:{}", marker.line(), marker.col() + 1);
        BufYamlError::file(&at, error.info())
    })
}

impl<'n, 'i> Node<'n, 'i> {
    /// The only document of a file.
    pub(super) fn root(
        documents: &'n [MarkedYaml<'i>],
        shown: &'n str,
    ) -> Result<Self, BufYamlError> {
        match documents {
            [yaml] => Ok(Self { yaml, shown }),
            [] => Err(BufYamlError::file(shown, "the file is empty; `version` is missing")),
            [_, second, ..] => Err(Self { yaml: second, shown }
                .error("the file holds more than one document; remove all but the first")),
        }
    }

    /// A message with the place of this node.
    pub(super) fn message(&self, what: &str) -> String {
        let start = self.yaml.span.start;
        format!("{}:{}:{}: {what}", self.shown, start.line(), start.col() + 1)
    }

    pub(super) fn error(&self, what: &str) -> BufYamlError {
        let start = self.yaml.span.start;
        let at = format!("{}:{}:{}", self.shown, start.line(), start.col() + 1);
        BufYamlError::file(&at, what)
    }

    fn with(&self, yaml: &'n MarkedYaml<'i>) -> Self {
        Self { yaml, shown: self.shown }
    }

    /// The entries of a mapping; none where nothing is written.
    pub(super) fn entries(&self) -> Result<Vec<(Self, Self)>, BufYamlError> {
        match &self.yaml.data {
            YamlData::Mapping(entries) => {
                Ok(entries.iter().map(|(key, value)| (self.with(key), self.with(value))).collect())
            }
            _ if self.is_null() => Ok(Vec::new()),
            _ => Err(self.error("expected keys with values")),
        }
    }

    /// The items of a list; none where nothing is written.
    pub(super) fn items(&self) -> Result<Vec<Self>, BufYamlError> {
        match &self.yaml.data {
            YamlData::Sequence(items) => Ok(items.iter().map(|item| self.with(item)).collect()),
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
        self.yaml.data.as_str().ok_or_else(|| self.error(&format!("expected {what}")))
    }

    /// The value of a switch.
    pub(super) fn switch(&self) -> Result<bool, BufYamlError> {
        match self.yaml.data.as_bool() {
            Some(value) => Ok(value),
            None if self.is_null() => Ok(false),
            None => Err(self.error("expected `true` or `false`")),
        }
    }

    fn is_null(&self) -> bool {
        self.yaml.data.is_null()
    }
}
