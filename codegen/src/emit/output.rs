//! What emitters add to: documents as finished text, Rust as a tree of modules
//! that is printed once, at the end.

use proc_macro2::TokenStream;

use super::rust::Module;
use crate::contract::Contract;
use crate::diagnostic::Diagnostic;

/// One file of the output.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutputFile {
    /// The path below the output folder, with `/` between segments.
    pub path: String,
    /// The whole text, ending with a line feed.
    pub contents: String,
}

/// The output so far, and what cannot be put out.
#[derive(Debug, Default)]
pub struct Output {
    documents: Vec<OutputFile>,
    rust: Module,
    failures: Vec<Diagnostic>,
}

impl Output {
    /// Adds a document. `path` is relative to the output folder.
    pub fn document(&mut self, path: impl Into<String>, contents: impl Into<String>) {
        self.documents.push(OutputFile { path: path.into(), contents: contents.into() });
    }

    /// Reports what cannot be put out; nothing is written then.
    pub fn fail(&mut self, diagnostic: Diagnostic) {
        self.failures.push(diagnostic);
    }

    /// The Rust module at a path of identifiers, made where missing.
    pub(super) fn module<I>(&mut self, path: I) -> &mut Module
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        path.into_iter().fold(&mut self.rust, |module, name| module.child(name.as_ref()))
    }

    pub(super) fn into_files(
        mut self,
        contract: &Contract,
    ) -> Result<Vec<OutputFile>, Vec<Diagnostic>> {
        self.check()?;
        let mut files = self.documents;
        self.rust.into_files(contract, &mut files);
        files.sort();
        Ok(files)
    }

    pub(super) fn into_tokens(mut self) -> Result<TokenStream, Vec<Diagnostic>> {
        self.check()?;
        Ok(self.rust.into_tokens())
    }

    fn check(&mut self) -> Result<(), Vec<Diagnostic>> {
        self.rust.failures(&mut self.failures);
        let failures = std::mem::take(&mut self.failures);
        if failures.is_empty() { Ok(()) } else { Err(failures) }
    }
}
