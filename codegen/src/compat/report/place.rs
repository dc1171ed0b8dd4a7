//! Where a finding stands in the text of its side.

use super::model::{Spot, TextRange};
use crate::compat::finding::Place;
use crate::compat::schema::{Schema, Span};
use crate::contract::Location;
use crate::source::{SourceFile, Texts};

/// Where a service config states the option of a file with a descriptor path.
type Configured<'v> = dyn Fn(&str, &[i32]) -> Option<(&'v Location, &'v SourceFile)> + 'v;

/// One side: its elements, its texts, and how its files are shown.
pub(super) struct View<'v, 'a> {
    pub(super) schema: &'v Schema<'a>,
    texts: &'v Texts,
    path_of: &'v dyn Fn(&str) -> String,
    configured: &'v Configured<'v>,
}

/// The span of a place, or of the nearest element around it that has one.
/// `None` for a file as a whole, whose span says nothing, and where the image
/// holds no places.
pub(super) fn span(schema: &Schema<'_>, place: &Place) -> Option<Span> {
    let mut lengths = (1..=place.path.len()).rev();
    let info = lengths.find_map(|length| schema.info(place.file, &place.path[..length]))?;
    Some(info.span)
}

impl<'v, 'a> View<'v, 'a> {
    pub(super) fn new(
        schema: &'v Schema<'a>,
        texts: &'v Texts,
        path_of: &'v dyn Fn(&str) -> String,
        configured: &'v Configured<'v>,
    ) -> Self {
        Self { schema, texts, path_of, configured }
    }

    /// A place as it is shown: what a service config states, in the config.
    pub(super) fn spot(&self, place: &Place) -> Spot {
        let name = self.schema.file(place.file).name;
        if let Some((location, source)) = (self.configured)(name, &place.path) {
            let range = between(source, &location.file, location.start, location.end);
            return Spot {
                file: location.file.clone(),
                name: name.to_owned(),
                range: Some(range),
                text: Some(source.clone()),
            };
        }
        let text = self.texts.file(name).cloned();
        let range = span(self.schema, place).map(|span| range(span, name, text.as_ref()));
        Spot { file: (self.path_of)(name), name: name.to_owned(), range, text }
    }
}

fn range(span: Span, name: &str, text: Option<&SourceFile>) -> TextRange {
    let Some(text) = text else {
        let shown = |number: i32| usize::try_from(number).unwrap_or_default() + 1;
        return TextRange {
            start_line: shown(span.start_line),
            start_column: shown(span.start_column),
            end_line: shown(span.end_line),
            end_column: shown(span.end_column),
            bytes: 0..0,
        };
    };
    let offset = |line: i32, column: i32| {
        let number = |number: i32| usize::try_from(number).unwrap_or_default();
        text.offset(number(line), number(column))
    };
    let start = offset(span.start_line, span.start_column);
    between(text, name, start, offset(span.end_line, span.end_column).max(start))
}

/// The range of these bytes.
fn between(text: &SourceFile, name: &str, start: usize, end: usize) -> TextRange {
    let (first, last) = (text.location(name, start, end), text.location(name, end, end));
    TextRange {
        start_line: first.line,
        start_column: first.column,
        end_line: last.line,
        end_column: last.column,
        bytes: first.start..first.end,
    }
}
