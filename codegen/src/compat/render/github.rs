//! Workflow commands of GitHub Actions: an annotation a finding.

use std::fmt::Write as _;

use super::Style;
use super::words::{effect, summary, what};
use crate::compat::finding::Level;
use crate::compat::report::{Report, Spot};

pub(super) fn render(report: &Report, style: Style) -> String {
    let (shown, left_off) = style.shown(report);
    let mut text = String::new();
    for found in shown.iter().filter(|found| found.accepted.is_none()) {
        let message = format!("{}\n{}", what(&found.finding), effect(&found.finding));
        command(&mut text, found.level, found.spot(), found.finding.rule, &message);
    }
    for complaint in &report.complaints {
        let title = complaint.kind.name();
        command(&mut text, complaint.level, Some(&complaint.spot), title, &complaint.message);
    }
    let mut total: Vec<_> =
        summary(report).into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
    if left_off > 0 {
        total.push(format!("not shown: {left_off}"));
    }
    command(&mut text, Level::Info, None, "check-compat", &total.join("\n"));
    text
}

fn command(text: &mut String, level: Level, spot: Option<&Spot>, title: &str, message: &str) {
    let name = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let mut properties = Vec::new();
    if let Some(spot) = spot {
        properties.push(format!("file={}", property(&spot.file)));
        if let Some(range) = &spot.range {
            properties.push(format!("line={},endLine={}", range.start_line, range.end_line));
            // Columns are shown only within one line.
            if range.start_line == range.end_line {
                properties
                    .push(format!("col={},endColumn={}", range.start_column, range.end_column));
            }
        }
    }
    properties.push(format!("title={}", property(title)));
    let _ = writeln!(text, "::{name} {}::{}", properties.join(","), data(message));
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
