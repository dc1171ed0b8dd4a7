//! What a build script has read, left in `OUT_DIR` for the package's macros.

use std::path::{Path, PathBuf};

use super::Generator;
use crate::emit::OutputFile;

const NAME: &str = "agentgen-inputs.txt";

/// The contract that a package's build script reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// `.proto` files, and folders of them.
    pub protos: Vec<PathBuf>,
    /// Folders that imports are looked up in.
    pub includes: Vec<PathBuf>,
}

impl Inputs {
    /// What the build script has left for the crate that is being compiled;
    /// `None` where there is none.
    pub fn of_build_script() -> Option<Self> {
        let folder = std::env::var_os("OUT_DIR").map(PathBuf::from)?;
        let text = std::fs::read_to_string(folder.join(NAME)).ok()?;
        // A package without a build script may inherit another's `OUT_DIR`.
        let own = paths(&text, "package ").into_iter().next() == package();
        let (protos, includes) = (paths(&text, "proto "), paths(&text, "include "));
        own.then_some(Self { protos, includes })
    }
}

fn package() -> Option<PathBuf> {
    std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)
}

/// A line each; paths are absolute, as the compiler runs in another folder.
pub(super) fn file(generator: &Generator) -> OutputFile {
    let line = |kind: &str, path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        format!("{kind} {}\n", path.display())
    };
    let package = package().map(|path| line("package", &path));
    let protos = generator.protos.iter().map(|path| line("proto", path));
    let lines = package
        .into_iter()
        .chain(protos)
        .chain(generator.includes.iter().map(|path| line("include", path)));
    OutputFile { path: NAME.to_owned(), contents: lines.collect() }
}

fn paths(text: &str, kind: &str) -> Vec<PathBuf> {
    text.lines().filter_map(|line| line.strip_prefix(kind)).map(PathBuf::from).collect()
}
