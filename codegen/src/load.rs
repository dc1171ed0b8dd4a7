//! The one way from paths to a contract that every front door takes.

use std::path::{Path, PathBuf};

use crate::contract::{self, Contract};
use crate::diagnostic::Diagnostic;
use crate::source::{self, SourceError, Sources};

/// A contract with the files it came from and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The files.
    pub sources: Sources,
    /// The contract; complete even where findings are errors.
    pub contract: Contract,
    /// The findings. Output is made only if none of them is an error.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether some finding keeps output from being made.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Compiles and lowers `.proto` files; see [`source::load`] for how inputs and
/// includes are understood.
pub fn load(inputs: &[PathBuf], includes: &[PathBuf]) -> Result<Loaded, SourceError> {
    load_with_config(inputs, includes, None)
}

/// As [`load`], with the options that a service config states over the files,
/// if there is one; see [`source::ServiceConfig`].
pub fn load_with_config(
    inputs: &[PathBuf],
    includes: &[PathBuf],
    config: Option<&Path>,
) -> Result<Loaded, SourceError> {
    let sources = match config {
        Some(config) => source::load_with_config(inputs, includes, config)?,
        None => source::load(inputs, includes)?,
    };
    let (contract, mut diagnostics) = contract::lower(&sources);
    diagnostics.splice(..0, sources.notes().iter().cloned());
    Ok(Loaded { sources, contract, diagnostics })
}
