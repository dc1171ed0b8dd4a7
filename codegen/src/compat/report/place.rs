//! Where a finding stands in the text of its side.

use crate::compat::finding::Place;
use crate::compat::schema::{Info, Schema, Span};

/// The source info of a place, or of the nearest element around it that has
/// any.
pub(super) fn info<'a>(schema: &Schema<'a>, place: &Place) -> Option<Info<'a>> {
    (0..=place.path.len()).rev().find_map(|length| schema.info(place.file, &place.path[..length]))
}

/// The span of a place; of the file's start where nothing is known. The file
/// itself is its first line: the span of a whole file says nothing.
pub(super) fn span(schema: &Schema<'_>, place: &Place) -> Option<Span> {
    if place.path.is_empty() {
        return None;
    }
    info(schema, place).map(|info| info.span)
}
