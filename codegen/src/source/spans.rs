//! Where a descriptor stands in its text, and its comment.

use std::collections::{BTreeMap, HashMap};

use prost_types::source_code_info::Location as Info;

use super::Sources;
use super::texts::{SourceFile, Texts};
use crate::contract::Location;

/// The places and comments of all files of a pool.
pub struct Spans<'a> {
    texts: &'a Texts,
    placed: &'a BTreeMap<(String, Vec<i32>), Location>,
    files: HashMap<&'a str, Vec<&'a Info>>,
}

impl<'a> Spans<'a> {
    /// Indexes the source info of compiled files.
    pub fn new(sources: &'a Sources) -> Self {
        let mut files = HashMap::new();
        for file in sources.pool.file_descriptor_protos() {
            let info = file.source_code_info.as_ref();
            let mut locations: Vec<&Info> =
                info.into_iter().flat_map(|info| &info.location).collect();
            locations.sort_by(|a, b| a.path.cmp(&b.path));
            files.insert(file.name(), locations);
        }
        Self { texts: &sources.texts, placed: &sources.placed, files }
    }

    /// The place of what has this descriptor path, or of the nearest thing
    /// around it. Where nothing is known, the file alone.
    pub fn place(&self, file: &str, path: &[i32]) -> Location {
        let mut path = path;
        loop {
            let place = self
                .find(file, path)
                .and_then(|info| place(self.texts.file(file)?, file, &info.span));
            match (place, path.split_last()) {
                (Some(place), _) => return place,
                (None, Some((_, rest))) => path = rest,
                (None, None) => {
                    return Location { file: file.to_owned(), ..Location::default() };
                }
            }
        }
    }

    /// The place of the first thing whose descriptor path begins with this
    /// one, such as the setting of an option, else as [`Spans::place`].
    pub fn place_within(&self, file: &str, path: &[i32]) -> Location {
        if let Some(place) = self.placed.get(&(file.to_owned(), path.to_vec())) {
            return place.clone();
        }
        let locations = self.files.get(file).map_or(&[][..], Vec::as_slice);
        let start = locations.partition_point(|info| info.path.as_slice() < path);
        let inner = locations.get(start).filter(|info| info.path.starts_with(path));
        let found = inner.and_then(|info| place(self.texts.file(file)?, file, &info.span));
        found.unwrap_or_else(|| self.place(file, path))
    }

    /// The first place inside a place where its text is this one and neither
    /// preceded nor followed by a word, such as a value inside an option; the
    /// place itself where there is none.
    pub fn narrow(&self, place: &Location, text: &str) -> Location {
        let found = self.texts.file(&place.file).and_then(|file| {
            let inside = file.text().get(place.start..place.end)?;
            let at = inside.match_indices(text).map(|(at, _)| at).find(|&at| {
                let before = inside.get(..at).unwrap_or_default();
                let behind = inside.get(at + text.len()..).unwrap_or_default();
                !before.ends_with(is_word) && !behind.starts_with(is_word)
            })?;
            let start = place.start + at;
            Some(file.location(&place.file, start, start + text.len()))
        });
        found.unwrap_or_else(|| place.clone())
    }

    /// The comment before, or else behind, what has this descriptor path: no
    /// comment marks, no space at the start of lines, no blank lines around.
    pub fn docs(&self, file: &str, path: &[i32]) -> String {
        let Some(info) = self.find(file, path) else {
            return String::new();
        };
        let leading = clean(info.leading_comments());
        if leading.is_empty() { clean(info.trailing_comments()) } else { leading }
    }

    fn find(&self, file: &str, path: &[i32]) -> Option<&'a Info> {
        let locations = self.files.get(file)?;
        let start = locations.partition_point(|info| info.path.as_slice() < path);
        locations.get(start).copied().filter(|info| info.path == path)
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn clean(comment: &str) -> String {
    let lines = comment.lines().map(|line| {
        let line = line.trim_end();
        line.strip_prefix(' ').unwrap_or(line)
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    text.trim_matches('\n').to_owned()
}

/// The place of a span of source info: `[line, column, end line?, end column]`,
/// from 0, columns in bytes.
pub(super) fn place(source: &SourceFile, file: &str, span: &[i32]) -> Option<Location> {
    let (line, column, end_line, end_column) = match *span {
        [line, column, end_column] => (line, column, line, end_column),
        [line, column, end_line, end_column] => (line, column, end_line, end_column),
        _ => return None,
    };
    let offset = |line: i32, column: i32| {
        Some(source.offset(usize::try_from(line).ok()?, usize::try_from(column).ok()?))
    };
    Some(source.location(file, offset(line, column)?, offset(end_line, end_column)?))
}
