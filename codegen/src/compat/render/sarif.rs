//! SARIF 2.1.0, for code scanning.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::Style;
use super::words::{accepted, effect, what};
use crate::compat::finding::Level;
use crate::compat::page::Page;
use crate::compat::report::{Complaint, Report, Reported, Spot};
use crate::compat::rules;

pub(super) fn render(report: &Report, style: Style) -> String {
    let (shown, _) = style.shown(report);
    let mut used: Vec<&str> = shown.iter().map(|found| found.finding.rule).collect();
    used.extend(report.complaints.iter().map(|complaint| complaint.kind.name()));
    used.sort_unstable();
    used.dedup();
    let results = shown.iter().map(|found| result(found, &used));
    let results = results.chain(report.complaints.iter().map(|one| complaint(one, &used)));
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "agentgen",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": used.iter().map(|name| descriptor(name)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
            "properties": {
                "mode": report.mode.name(),
                "profile": report.profile.name(),
                "rollout": report.rollout.sentence(),
                "bump": report.bump.name(),
            },
        }],
    });
    format!("{log:#}\n")
}

fn descriptor(name: &str) -> Value {
    let Some(rule) = rules::find(name) else {
        return json!({ "id": name });
    };
    let axes: Vec<_> = rule.axes.iter().map(|axis| axis.name()).collect();
    let mut descriptor = json!({
        "id": name,
        "shortDescription": { "text": rule.summary },
        "defaultConfiguration": { "level": level(rule.level) },
        "properties": { "family": rule.family, "tags": axes },
    });
    if let Ok(page) = Page::parse(rule.page) {
        descriptor["fullDescription"] = json!({ "text": page.summary });
        let help = format!("{}\n\n{}", page.why, page.safe_way);
        descriptor["help"] = json!({ "text": help, "markdown": help });
    }
    descriptor
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

fn result(found: &Reported, used: &[&str]) -> Value {
    let finding = &found.finding;
    let text = format!("{} ({})", what(finding), effect(finding));
    let mut result = base(finding.rule, used, found.level, &text, found.spot());
    if let (Some(old), Some(_)) = (&found.old, &found.new) {
        let mut related = location(old);
        related["id"] = json!(1);
        related["message"] = json!({ "text": "the old version" });
        result["relatedLocations"] = json!([related]);
    }
    result["partialFingerprints"] = json!({ "agentgen/v1": found.fingerprint });
    result["properties"] = json!({ "element": finding.element, "against": found.against });
    if let Some(acceptance) = &found.accepted {
        let kind = if acceptance.in_comment { "inSource" } else { "external" };
        let suppression = json!({ "kind": kind, "justification": accepted(acceptance) });
        result["suppressions"] = json!([suppression]);
    }
    result
}

fn complaint(complaint: &Complaint, used: &[&str]) -> Value {
    let spot = Some(&complaint.spot);
    base(complaint.kind.name(), used, complaint.level, &complaint.message, spot)
}

fn base(rule: &str, used: &[&str], at: Level, text: &str, spot: Option<&Spot>) -> Value {
    json!({
        "ruleId": rule,
        "ruleIndex": used.iter().position(|name| *name == rule),
        "level": level(at),
        "message": { "text": text },
        "locations": spot.map(location).into_iter().collect::<Vec<_>>(),
    })
}

fn location(spot: &Spot) -> Value {
    let mut physical = Map::new();
    physical.insert("artifactLocation".to_owned(), json!({ "uri": uri(&spot.file) }));
    if let Some(range) = &spot.range {
        let region = json!({
            "startLine": range.start_line,
            "startColumn": range.start_column,
            "endLine": range.end_line,
            "endColumn": range.end_column,
        });
        physical.insert("region".to_owned(), region);
    }
    json!({ "physicalLocation": physical })
}

/// A path as a URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'\\' => uri.push('/'),
            b'/' | b':' | b'@' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
