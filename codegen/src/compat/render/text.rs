//! For people: each finding with the lines of both sides, then what it all
//! comes to.

use std::collections::HashSet;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level as Shown, Origin, Renderer, Snippet};

use super::Style;
use super::words::{accepted, against, at, by_rule, effect, plural, summary, what, wrapped};
use crate::compat::finding::Level;
use crate::compat::report::{Complaint, Report, Reported, Spot};

/// How long the lines of guidance may be.
const WIDTH: usize = 84;

/// The report as text.
pub fn render(report: &Report, style: Style) -> String {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let (shown, left_off) = style.shown(report);
    let mut text = String::new();
    let mut told = HashSet::new();
    for found in shown.iter().filter(|found| found.accepted.is_none()) {
        let first = told.insert(found.finding.rule);
        let (title, notes) = (what(&found.finding), notes(report, found, first));
        push(&mut text, &renderer.render(&[finding(found, &title, &notes)]));
    }
    for complaint in &report.complaints {
        push(&mut text, &renderer.render(&[self::complaint(complaint)]));
    }
    accepted_ones(&mut text, report);
    if left_off > 0 {
        rules(&mut text, report, left_off);
    }
    for (key, value) in summary(report) {
        let _ = writeln!(text, "{key}: {value}");
    }
    text
}

fn push(text: &mut String, part: &str) {
    text.push_str(part);
    text.push_str("\n\n");
}

fn level(level: Level) -> Shown<'static> {
    match level {
        Level::Error => Shown::ERROR,
        Level::Warning => Shown::WARNING,
        Level::Info => Shown::INFO,
    }
}

/// What is said under the lines, each with what it is. The guidance of a rule
/// is the same every time and is given once.
fn notes(report: &Report, found: &Reported, first: bool) -> Vec<(&'static str, String)> {
    let mut notes = vec![("effect", effect(&found.finding))];
    notes.extend(against(report, &found.against).map(|text| ("baseline", text)));
    if first || found.finding.why.is_some() {
        notes.push(("why", wrapped(found.why(), WIDTH)));
    }
    if first {
        notes.push(("safe way", wrapped(&found.guidance.safe_way, WIDTH)));
    }
    if report.witnessed {
        notes.push(("witness", witness(found)));
    }
    notes.retain(|(_, text)| !text.is_empty());
    notes
}

/// The payload that is misread; a break without one shows elsewhere.
fn witness(found: &Reported) -> String {
    let none = || "no payload shows it: it breaks code, routes or habits, not data".to_owned();
    found.witness.as_ref().map_or_else(none, ToString::to_string)
}

fn finding<'a>(
    found: &'a Reported,
    title: &'a str,
    notes: &'a [(&'static str, String)],
) -> Group<'a> {
    let title = level(found.level).primary_title(title).id(found.finding.rule);
    let mut group = Group::with_title(title);
    let label = |name| Some(name).filter(|_| found.old.is_some() && found.new.is_some());
    if let Some(spot) = &found.new {
        group = place(group, spot, AnnotationKind::Primary, label("new"));
    }
    if let Some(spot) = &found.old {
        let alone = found.new.is_none();
        let kind = if alone { AnnotationKind::Primary } else { AnnotationKind::Context };
        group = place(group, spot, kind, label("old"));
    }
    for (name, text) in notes {
        group = group.element(Shown::NOTE.with_name(*name).message(text));
    }
    group
}

/// Shows the first line of a place: of a long element that is enough.
fn place<'a>(
    group: Group<'a>,
    spot: &'a Spot,
    kind: AnnotationKind,
    label: Option<&'static str>,
) -> Group<'a> {
    let line = spot.range.as_ref().zip(spot.text.as_ref()).and_then(|(range, text)| {
        let text = text.text();
        let start = text.get(..range.bytes.start)?.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(start..)?;
        let line = rest.split('\n').next().unwrap_or_default().trim_end();
        let from = (range.bytes.start - start).min(line.len());
        let to = (range.bytes.end.max(range.bytes.start) - start).clamp(from, line.len());
        Some((range.start_line, line, from..to))
    });
    match (line, &spot.range) {
        (Some((number, line, span)), _) => {
            let mark = kind.span(span).label(label);
            let snippet = Snippet::source(line).line_start(number).path(&spot.file);
            group.element(snippet.annotation(mark))
        }
        (None, Some(range)) => {
            let origin = Origin::path(&spot.file);
            group.element(origin.line(range.start_line).char_column(range.start_column))
        }
        (None, None) => group.element(Origin::path(&spot.file)),
    }
}

fn complaint(complaint: &Complaint) -> Group<'_> {
    let title = level(complaint.level).primary_title(&complaint.message);
    let group = Group::with_title(title.id(complaint.kind.name()));
    place(group, &complaint.spot, AnnotationKind::Primary, None)
}

fn accepted_ones(text: &mut String, report: &Report) {
    let before = text.len();
    for found in &report.findings {
        let Some(acceptance) = &found.accepted else { continue };
        let (rule, element) = (found.finding.rule, &found.finding.element);
        let _ = writeln!(text, "accepted[{rule}] {element}: {}", accepted(acceptance));
        if let Some(spot) = found.spot() {
            let _ = writeln!(text, "  --> {}", at(spot));
        }
    }
    if text.len() > before {
        text.push('\n');
    }
}

/// Where not everything is shown, how much there is of each rule.
fn rules(text: &mut String, report: &Report, left_off: usize) {
    let _ =
        writeln!(text, "{} not shown (--limit 0 shows all); by rule:", plural(left_off, "finding"));
    let rows = by_rule(report);
    let width = rows.iter().map(|row| row.0.len()).max().unwrap_or(0);
    for (rule, [infos, warnings, errors]) in rows {
        let counts = [(errors, "error"), (warnings, "warning"), (infos, "info")];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts.map(|(count, word)| plural(*count, word)).collect();
        let _ = writeln!(text, "  {rule:width$}  {}", counts.join(", "));
    }
    text.push('\n');
}
