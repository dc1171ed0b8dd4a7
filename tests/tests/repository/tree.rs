//! The files of the repository, as git knows them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// One text file.
pub(crate) struct Source {
    /// The path below the root, with forward slashes.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

impl Source {
    /// Whether a person wrote it.
    pub(crate) fn is_handwritten(&self) -> bool {
        !self.text.lines().next().unwrap_or_default().contains("@generated")
    }

    /// Whether it only holds tests, benchmarks or inputs of them.
    pub(crate) fn is_test(&self) -> bool {
        self.path.starts_with("tests/") || self.path.contains("/tests/")
    }
}

pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("the test package lies below the root").to_owned()
}

/// Every text file whose path satisfies `keep`, tracked or new.
pub(crate) fn files(keep: impl Fn(&str) -> bool) -> Vec<Source> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git ls-files failed");
    let listing = String::from_utf8(output.stdout).expect("paths are UTF-8");
    let read = |path: &str| {
        let text = std::fs::read_to_string(root().join(path)).ok()?;
        Some(Source { path: path.to_owned(), text })
    };
    let files: Vec<_> = listing.lines().filter(|path| keep(path)).filter_map(read).collect();
    assert!(!files.is_empty(), "no file matches");
    files
}

/// Every Rust file that a person wrote.
pub(crate) fn rust() -> Vec<Source> {
    let mut sources = files(is_rust);
    sources.retain(Source::is_handwritten);
    sources
}

/// Every Rust file that agentgen wrote.
pub(crate) fn generated() -> Vec<Source> {
    let mut sources = files(is_rust);
    sources.retain(|source| !source.is_handwritten());
    assert!(!sources.is_empty(), "there is committed generated code");
    sources
}

fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "rs")
}

/// Fails with every line of `findings`.
pub(crate) fn assert_none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n  {}", findings.join("\n  "));
}
