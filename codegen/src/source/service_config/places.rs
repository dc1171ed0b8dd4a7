//! Where the nodes of a service config stand.

use crate::contract::Location;
use crate::source::SourceFile;
use crate::yaml::Tree;

/// The file, and where its characters lie.
#[derive(Debug)]
pub(super) struct Places {
    shown: String,
    source: SourceFile,
    /// The byte offset of every character, and of the end.
    offsets: Vec<usize>,
}

impl Places {
    pub(super) fn new(shown: &str, source: SourceFile) -> Self {
        let text = source.text();
        let offsets = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Self { shown: shown.to_owned(), source, offsets }
    }

    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    pub(super) fn source(&self) -> &SourceFile {
        &self.source
    }

    pub(super) fn text(&self) -> &str {
        self.source.text()
    }

    /// The place of a node.
    pub(super) fn of(&self, tree: &Tree) -> Location {
        let offset = |character: usize| self.offsets.get(character).copied();
        let end = self.text().len();
        let (start, end) = (offset(tree.start).unwrap_or(end), offset(tree.end).unwrap_or(end));
        self.source.location(&self.shown, start, end)
    }

    /// The place of a line and a column, both from 1.
    pub(super) fn at(&self, line: usize, column: usize) -> Location {
        let start = self.source.offset(line.saturating_sub(1), 0);
        let before = self.offsets.partition_point(|offset| *offset < start);
        let at = self.offsets.get(before + column.saturating_sub(1)).copied();
        let at = at.unwrap_or(self.text().len());
        self.source.location(&self.shown, at, at + 1)
    }
}
