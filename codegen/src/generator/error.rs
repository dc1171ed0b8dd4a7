//! Why nothing was generated.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::Loaded;
use crate::diagnostic::{Diagnostic, render};
use crate::source::{SourceError, Texts};

/// Why nothing was generated: a report of everything that is wrong, with
/// source lines.
///
/// `Debug` prints the report as well, because that is what cargo shows of a
/// failed build script.
pub struct Error {
    report: String,
    diagnostics: Vec<Diagnostic>,
    files: Vec<PathBuf>,
}

impl Error {
    /// The findings about the contract, one by one; empty where files could
    /// not be written.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The absolute paths of the files that were read, imports included.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    pub(super) fn message(report: String) -> Self {
        Self { report, diagnostics: Vec::new(), files: Vec::new() }
    }

    pub(super) fn write(folder: &Path, error: &io::Error) -> Self {
        Self::message(format!("cannot write to {}: {error}", folder.display()))
    }

    pub(super) fn source(error: &SourceError) -> Self {
        Self::findings(&error.diagnostics, &error.texts)
    }

    pub(super) fn contract(loaded: &Loaded) -> Self {
        Self::findings(&loaded.diagnostics, loaded.sources.texts())
    }

    pub(super) fn findings(diagnostics: &[Diagnostic], texts: &Texts) -> Self {
        let files = texts.paths().into_iter().map(Path::to_owned).collect();
        let report = render(diagnostics, &|file| texts.get(file), false);
        Self { report, diagnostics: diagnostics.to_vec(), files }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // On a line of its own: cargo puts `Error: ` in front.
        write!(f, "\n{}", self.report)
    }
}

impl std::error::Error for Error {}
