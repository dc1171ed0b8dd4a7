//! What several forms say in the same words.

use std::cmp::Reverse;
use std::fmt::Write as _;

use crate::compat::finding::Finding;
use crate::compat::report::{Acceptance, Report, Spot};

/// What changed, and where in the contract.
pub(super) fn what(finding: &Finding) -> String {
    format!("{}: {}", finding.element, finding.message)
}

/// Breaks the lines of paragraphs and lists before this column. What follows
/// the first line of an item is set in.
pub fn wrapped(text: &str, width: usize) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mark = line.split_once(' ').map_or("", |(mark, _)| mark);
        let numbered = mark.strip_suffix('.').is_some_and(|mark| mark.parse::<u32>().is_ok());
        let indent = if numbered || mark == "-" { mark.len() + 1 } else { 0 };
        let mut current = String::new();
        for word in line.split(' ') {
            let length = current.chars().count() + 1 + word.chars().count();
            if !current.trim().is_empty() && length > width {
                lines.push(std::mem::replace(&mut current, " ".repeat(indent)));
            } else if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(word);
        }
        lines.push(current);
    }
    lines.join("\n")
}

/// What a finding does to whom, on one line.
pub(super) fn effect(finding: &Finding) -> String {
    let verdicts = finding.directions;
    let mut parts = vec![
        format!("new reads old: {}", verdicts.backward.name()),
        format!("old reads new: {}", verdicts.forward.name()),
    ];
    let positions: Vec<_> = finding.positions.names().collect();
    if !positions.is_empty() {
        parts.push(format!("in {}", positions.join(", ")));
    }
    let axes: Vec<_> = finding.axes.iter().map(|axis| axis.name()).collect();
    parts.push(format!("over {}", axes.join(", ")));
    parts.join("; ")
}

/// `file:line:column`, or the file alone where no line is known.
pub(super) fn at(spot: &Spot) -> String {
    match &spot.range {
        Some(range) => format!("{}:{}:{}", spot.file, range.start_line, range.start_column),
        None => spot.file.clone(),
    }
}

/// Why a break is accepted, where that is said, and until when.
pub(super) fn accepted(acceptance: &Acceptance) -> String {
    let until = acceptance.expires.map(|last| format!(", until {last}")).unwrap_or_default();
    format!("{} ({}{until})", acceptance.reason, acceptance.source)
}

/// What the report comes to: a key and its value a line.
pub(super) fn summary(report: &Report) -> [(&'static str, String); 3] {
    use crate::compat::finding::Level::{Error, Info, Warning};
    let mut counts = format!(
        "{}, {}, {}",
        plural(report.count(Error), "error"),
        plural(report.count(Warning), "warning"),
        plural(report.count(Info), "info")
    );
    if report.accepted() > 0 {
        let _ = write!(counts, ", {} accepted", report.accepted());
    }
    [
        ("findings", counts),
        ("rollout", report.rollout.sentence()),
        ("version", report.bump.name().to_owned()),
    ]
}

/// `1 error`, `2 errors`.
pub(super) fn plural(count: usize, word: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {word}{ending}")
}

/// The baselines that a finding breaks with, where there were several.
pub(super) fn against(report: &Report, baselines: &[String]) -> Option<String> {
    if report.baselines.len() < 2 {
        return None;
    }
    if baselines.len() == report.baselines.len() {
        return Some(format!("against all {} baselines", baselines.len()));
    }
    Some(format!("against {}", baselines.join(", ")))
}

/// The findings of each rule by level, the rules with most errors first.
pub(super) fn by_rule(report: &Report) -> Vec<(&'static str, [usize; 3])> {
    let mut rows: Vec<(&'static str, [usize; 3])> = Vec::new();
    for found in report.findings.iter().filter(|found| found.accepted.is_none()) {
        let rule = found.finding.rule;
        let at = rows.iter().position(|row| row.0 == rule).unwrap_or_else(|| {
            rows.push((rule, [0; 3]));
            rows.len() - 1
        });
        rows[at].1[found.level as usize] += 1;
    }
    rows.sort_by_key(|(_, [infos, warnings, errors])| Reverse((*errors, *warnings, *infos)));
    rows
}
