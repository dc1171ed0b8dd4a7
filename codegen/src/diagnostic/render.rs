//! Shows findings with the lines they are about, in the manner of rustc.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::contract::Location;

/// The findings as text, with a blank line between them.
///
/// `source` gives the text of a file by the name that locations hold; places
/// in files that it does not know are named without a snippet. `color` adds
/// ANSI escapes.
pub fn render<'a>(
    diagnostics: &'a [Diagnostic],
    source: &dyn Fn(&str) -> Option<&'a str>,
    color: bool,
) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let shown = diagnostics.iter().map(|diagnostic| renderer.render(&[group(diagnostic, source)]));
    shown.collect::<Vec<_>>().join("\n\n")
}

fn group<'a>(diagnostic: &'a Diagnostic, source: &dyn Fn(&str) -> Option<&'a str>) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code);
    let mut group = Group::with_title(title);
    let mut marks = Vec::new();
    marks.extend(diagnostic.location.iter().map(|place| (place, AnnotationKind::Primary, None)));
    marks.extend(
        diagnostic
            .related
            .iter()
            .map(|(place, what)| (place, AnnotationKind::Context, Some(what.as_str()))),
    );
    for (file, marks) in by_file(marks) {
        let known = marks.iter().any(|(place, ..)| place.line > 0);
        group = match source(file).filter(|_| known) {
            Some(text) => group.element(snippet(file, text, &marks)),
            None => marks.iter().fold(group, |group, (place, ..)| group.element(origin(place))),
        };
    }
    match &diagnostic.hint {
        Some(hint) => group.element(Level::HELP.message(hint)),
        None => group,
    }
}

/// A place, how it is drawn and what is said of it.
type Mark<'a> = (&'a Location, AnnotationKind, Option<&'a str>);

/// The marks of each file, files in the order of their first mark.
fn by_file(marks: Vec<Mark<'_>>) -> Vec<(&str, Vec<Mark<'_>>)> {
    let mut files: Vec<(&str, Vec<Mark<'_>>)> = Vec::new();
    for mark in marks {
        match files.iter_mut().find(|(file, _)| *file == mark.0.file) {
            Some((_, marks)) => marks.push(mark),
            None => files.push((&mark.0.file, vec![mark])),
        }
    }
    files
}

fn snippet<'a>(file: &'a str, text: &'a str, marks: &[Mark<'a>]) -> Snippet<'a, Annotation<'a>> {
    let known = marks.iter().filter(|(place, ..)| place.line > 0);
    let annotations = known.map(|(place, kind, label)| kind.span(span(text, place)).label(*label));
    Snippet::source(text).path(file).annotations(annotations)
}

/// The bytes of a place, inside the text and between characters.
fn span(text: &str, place: &Location) -> Range<usize> {
    let floor = |at: usize| {
        (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
    };
    let start = floor(place.start);
    start..floor(place.end).max(start)
}

fn origin(place: &Location) -> Origin<'_> {
    let origin = Origin::path(&place.file);
    if place.line == 0 { origin } else { origin.line(place.line).char_column(place.column) }
}
