//! A code quality report of GitLab.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::Style;
use super::words::{effect, what};
use crate::compat::accept::digest;
use crate::compat::finding::Level;
use crate::compat::report::{Report, Spot};

pub(super) fn render(report: &Report, style: Style) -> String {
    let (shown, _) = style.shown(report);
    let mut known: HashMap<String, usize> = HashMap::new();
    let open = shown.iter().filter(|found| found.accepted.is_none()).map(|found| {
        let finding = &found.finding;
        let description = format!("{} ({})", what(finding), effect(finding));
        let fingerprint = found.fingerprint.clone();
        (found.level, finding.rule, description, fingerprint, found.spot())
    });
    let complaints = report.complaints.iter().map(|complaint| {
        let fingerprint = digest([complaint.kind.name(), &complaint.message]);
        let (kind, message) = (complaint.kind.name(), complaint.message.clone());
        (complaint.level, kind, message, fingerprint, Some(&complaint.spot))
    });
    let issues = open.chain(complaints).map(|(level, name, description, fingerprint, spot)| {
        // Issues with one fingerprint would be shown as one.
        let count = known.entry(fingerprint.clone()).or_default();
        *count += 1;
        let fingerprint = if *count == 1 { fingerprint } else { format!("{fingerprint}-{count}") };
        json!({
            "description": description,
            "check_name": name,
            "fingerprint": fingerprint,
            "severity": severity(level),
            "location": location(spot),
        })
    });
    format!("{:#}\n", Value::Array(issues.collect()))
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "critical",
        Level::Warning => "minor",
        Level::Info => "info",
    }
}

fn location(spot: Option<&Spot>) -> Value {
    let path = spot.map_or("", |spot| &spot.file);
    let begin = spot.map_or(1, Spot::line);
    let end = spot.and_then(|spot| spot.range.as_ref()).map_or(begin, |range| range.end_line);
    json!({ "path": path, "lines": { "begin": begin, "end": end } })
}
