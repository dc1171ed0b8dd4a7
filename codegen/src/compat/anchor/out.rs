//! Where rules put what they find.

use super::annotation::{Annotation, Position};
use super::pairs::Views;
use super::view::Location;
use crate::compat::input::Side;
use crate::compat::schema::{FileId, Span};

/// A finding before its paths are put as the user knows them. The file of the
/// old side is kept because paths to ignore are tried on both sides.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) rule: &'static str,
    pub(super) message: String,
    pub(super) file: Option<String>,
    pub(super) span: Option<Span>,
    pub(super) old_file: Option<String>,
}

impl Found {
    /// The finding as the user sees it.
    pub(super) fn annotation(self, new_side: &Side) -> Annotation {
        let path = self.file.map(|file| new_side.path_of(&file));
        let position = self.span.map_or(Position::UNKNOWN, Position::from);
        Annotation { path, position, rule: self.rule, message: self.message }
    }
}

/// Takes the findings of a rule.
pub(super) struct Out<'o, 'c, 'a> {
    pub(super) views: Views<'c, 'a>,
    pub(super) rule: &'static str,
    pub(super) found: &'o mut Vec<Found>,
}

impl Out<'_, '_, '_> {
    /// A finding at a place of the new side, or at a whole file of it where
    /// the place is not known.
    pub(super) fn add(
        &mut self,
        message: String,
        new: Option<Location>,
        fallback: FileId,
        old: Option<Location>,
    ) {
        let file = new.map_or(fallback, |location| location.file);
        let file = self.views.new.schema.file(file).name.to_owned();
        let span = new.map(|location| location.span);
        let old_file = old.map(|old| self.views.old.schema.file(old.file).name.to_owned());
        self.found.push(Found { rule: self.rule, message, file: Some(file), span, old_file });
    }

    /// A finding that has no file on the new side.
    pub(super) fn add_nowhere(&mut self, message: String, old_file: Option<String>) {
        self.found.push(Found { rule: self.rule, message, file: None, span: None, old_file });
    }
}
