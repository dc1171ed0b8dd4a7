//! The sidecar: a `google.api.Service` YAML that says what annotations would,
//! over `.proto` files that stay as they are.
//!
//! Its rules become options of the compiled descriptors, so that whoever reads
//! those needs to know nothing of it: lowering, reflection and comparison see
//! a contract that was annotated. A new option of `agentgen.v1` can be set here
//! without another line of code.

mod apply;
mod elements;
mod places;
mod rules;
mod schema;
mod selector;
mod value;

pub(super) use schema::OPTIONS;

use std::fs;
use std::io;
use std::path::{self, Path};

use crate::diagnostic::{Diagnostic, codes};
use crate::yaml;
use places::Places;
use rules::Rule;

use super::texts::SourceFile;

/// A service config as it is written.
#[derive(Debug)]
pub struct ServiceConfig {
    places: Places,
    rules: Vec<Rule>,
    /// The APIs that it is about; not all of them need to be among the inputs.
    apis: Vec<String>,
    /// What is wrong with it alone.
    diagnostics: Vec<Diagnostic>,
}

impl ServiceConfig {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read. What is wrong inside is told with the other findings.
    pub fn read(path: &Path) -> Result<Self, Box<Diagnostic>> {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| {
            let why = match error.kind() {
                io::ErrorKind::InvalidData => "it is not valid UTF-8".to_owned(),
                _ => error.to_string(),
            };
            let message = format!("cannot read the service config `{shown}`: {why}");
            Box::new(Diagnostic::new(&codes::INPUT_UNREADABLE, message))
        })?;
        Ok(Self::parse(&shown, SourceFile::new(text, path::absolute(path).ok())))
    }

    /// Reads a text that findings call `shown`.
    pub fn parse(shown: &str, source: SourceFile) -> Self {
        let places = Places::new(shown, source);
        let mut config =
            Self { places, rules: Vec::new(), apis: Vec::new(), diagnostics: Vec::new() };
        match yaml::read(config.places.text()) {
            Ok(Some(tree)) => rules::read(&tree, &mut config),
            Ok(None) => {}
            Err(error) => {
                let place = config.places.at(error.line, error.column);
                let message = format!("no YAML: {}", error.what);
                config.diagnostics.push(Diagnostic::new(&codes::CONFIG_SYNTAX, message).at(place));
            }
        }
        config
    }

    /// The name that findings give it.
    pub fn shown(&self) -> &str {
        self.places.shown()
    }

    /// Its text.
    pub fn source(&self) -> &SourceFile {
        self.places.source()
    }
}
