//! The texts of files and the mapping between bytes, lines and columns.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::contract::Location;

/// The text of one file. Cheap to clone; lines are found when a place is asked
/// for, as most files of a large tree are never shown.
#[derive(Clone, Debug)]
pub struct SourceFile(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    text: String,
    path: Option<PathBuf>,
    lines: OnceLock<Vec<usize>>,
}

impl SourceFile {
    /// A file; `path` is where it was read from, if on disk.
    pub fn new(text: impl Into<String>, path: Option<PathBuf>) -> Self {
        Self(Arc::new(Inner { text: text.into(), path, lines: OnceLock::new() }))
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The absolute path it was read from, if on disk.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// The byte offset of the start of every line.
    fn lines(&self) -> &[usize] {
        self.0.lines.get_or_init(|| {
            let behind = self.text().match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(behind).collect()
        })
    }

    /// The byte offset of a line and a byte column, both from 0; the end of
    /// the text where they lie outside it.
    pub(crate) fn offset(&self, line: usize, column: usize) -> usize {
        let start = self.lines().get(line).copied().unwrap_or(self.text().len());
        self.floor(start + column)
    }

    /// The place between two byte offsets, which may lie outside the text.
    pub(crate) fn location(&self, file: &str, start: usize, end: usize) -> Location {
        let start = self.floor(start);
        let end = self.floor(end).max(start);
        let line = self.lines().partition_point(|&line| line <= start);
        let line_start = line.checked_sub(1).and_then(|line| self.lines().get(line));
        let before = self.text().get(line_start.copied().unwrap_or(0)..start);
        Location {
            file: file.to_owned(),
            start,
            end,
            line,
            column: before.map_or(0, |text| text.chars().count()) + 1,
        }
    }

    fn floor(&self, offset: usize) -> usize {
        let offset = offset.min(self.text().len());
        (0..=offset).rev().find(|&at| self.text().is_char_boundary(at)).unwrap_or(0)
    }
}

/// Texts by import name.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    files: BTreeMap<String, SourceFile>,
}

impl Texts {
    /// The text of a file, by its import name.
    pub fn get(&self, file: &str) -> Option<&str> {
        self.files.get(file).map(SourceFile::text)
    }

    /// A file, by its import name.
    pub fn file(&self, file: &str) -> Option<&SourceFile> {
        self.files.get(file)
    }

    /// The absolute paths of every file that was read from disk, sorted.
    pub fn paths(&self) -> Vec<&Path> {
        let mut paths: Vec<_> = self.files.values().filter_map(SourceFile::path).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// The import names and the files, sorted by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &SourceFile)> {
        self.files.iter().map(|(name, file)| (name.as_str(), file))
    }

    pub(crate) fn insert(&mut self, name: impl Into<String>, file: SourceFile) {
        self.files.insert(name.into(), file);
    }
}
