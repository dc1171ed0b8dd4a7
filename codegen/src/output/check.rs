//! Whether a folder holds what a run would write.

use std::fmt;
use std::io;
use std::path::Path;

use super::{contents, listed, manifest};
use crate::emit::OutputFile;

/// One file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The file is missing.
    Missing(String),
    /// The file holds something else.
    Stale(String),
    /// The file is of an earlier run and no longer made.
    Extra(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "missing  {path}"),
            Self::Stale(path) => write!(f, "stale    {path}"),
            Self::Extra(path) => write!(f, "extra    {path}"),
        }
    }
}

/// Every file of the folder that differs from what [`write`](super::write)
/// would leave there.
pub fn check(folder: &Path, files: &[OutputFile]) -> io::Result<Vec<Difference>> {
    let mut differences = Vec::new();
    for file in files.iter().chain([&manifest(files)]) {
        match contents(&folder.join(&file.path))? {
            None => differences.push(Difference::Missing(file.path.clone())),
            Some(found) if found != file.contents.as_bytes() => {
                differences.push(Difference::Stale(file.path.clone()));
            }
            Some(_) => {}
        }
    }
    for path in listed(folder)? {
        let known = files.iter().any(|file| file.path == path);
        if !known && folder.join(&path).exists() {
            differences.push(Difference::Extra(path));
        }
    }
    Ok(differences)
}
