//! A table for a comment on a pull request.

use std::fmt::Write as _;

use super::Style;
use super::words::{accepted, against, at, effect, plural, summary};
use crate::compat::finding::Level;
use crate::compat::report::{Report, Reported, State};

pub(super) fn render(report: &Report, style: Style) -> String {
    let (shown, left_off) = style.shown(report);
    let mut text = format!("### Contract: {}\n\n", headline(report));
    let open: Vec<_> = shown.iter().filter(|found| found.accepted.is_none()).collect();
    if !open.is_empty() {
        text.push_str("| Level | Rule | What | Where | Effect |\n|---|---|---|---|---|\n");
        for found in open {
            row(&mut text, report, found);
        }
        text.push('\n');
    }
    if left_off > 0 {
        let _ = writeln!(text, "{} not shown.\n", plural(left_off, "finding"));
    }
    accepted_ones(&mut text, report);
    for complaint in &report.complaints {
        let place = cell(&at(&complaint.spot));
        let _ = writeln!(
            text,
            "- **{}** {} ({place})",
            complaint.level.name(),
            cell(&complaint.message)
        );
    }
    if !report.complaints.is_empty() {
        text.push('\n');
    }
    for (key, value) in summary(report) {
        let _ = writeln!(text, "- {key}: **{value}**");
    }
    text
}

fn headline(report: &Report) -> &'static str {
    match report.state() {
        State::Unchanged => "nothing changed",
        State::Compatible => "compatible",
        State::Incompatible => "breaking changes",
    }
}

fn row(text: &mut String, report: &Report, found: &Reported) {
    let level = match found.level {
        Level::Error => "❌ error",
        Level::Warning => "⚠️ warning",
        Level::Info => "ℹ️ info",
    };
    let finding = &found.finding;
    let place = found.spot().map(at).unwrap_or_default();
    let mut effect = effect(finding);
    if let Some(against) = against(report, &found.against) {
        let _ = write!(effect, "; {against}");
    }
    let what = format!("`{}`: {}", finding.element, finding.message);
    let cells = [&what, &place, &effect].map(|value| cell(value));
    let _ = writeln!(text, "| {level} | `{}` | {} |", finding.rule, cells.join(" | "));
}

fn accepted_ones(text: &mut String, report: &Report) {
    if report.accepted() == 0 {
        return;
    }
    let _ = writeln!(text, "<details><summary>{} accepted</summary>\n", report.accepted());
    for found in &report.findings {
        let Some(acceptance) = &found.accepted else { continue };
        let (rule, element) = (found.finding.rule, &found.finding.element);
        let _ = writeln!(text, "- `{rule}` `{element}`: {}", cell(&accepted(acceptance)));
    }
    text.push_str("\n</details>\n\n");
}

/// Text inside a cell or a list: on one line, with nothing that ends a cell or
/// begins HTML. Backticks stay: messages use them as Markdown does.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}
