//! What stands for a baseline where the feature `compat` is off: it can be
//! stated, and says what is missing.

use std::path::{Path, PathBuf};

/// The version of a contract that new ones must not break. Without the feature
/// `compat` it breaks every build, with a message that says so.
#[derive(Clone, Debug)]
pub struct Baseline;

impl Baseline {
    /// The old side.
    pub fn new(_: impl Into<String>) -> Self {
        Self
    }

    /// Takes the accepted breaks from this file.
    #[must_use]
    pub fn accept(self, _: impl AsRef<Path>) -> Self {
        self
    }

    /// Lays this service config over the old side.
    #[must_use]
    pub fn service_config(self, _: impl Into<String>) -> Self {
        self
    }

    /// The files on disk that the judgement depends on: none.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        std::iter::empty()
    }

    /// Refuses.
    ///
    /// # Errors
    /// The feature is off.
    pub fn check(&self, _: &str, _: &[PathBuf], _: Option<&Path>) -> Result<(), String> {
        Err("a baseline is judged by the feature `compat`, which is off: switch it on, of \
             `agentgen-codegen` in a build script, of `agentgen` for a macro"
            .to_owned())
    }
}

impl<S: Into<String>> From<S> for Baseline {
    fn from(side: S) -> Self {
        Self::new(side)
    }
}
