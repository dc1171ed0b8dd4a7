//! For programs: everything that the report knows, in a form with a published
//! schema.

mod document;

use document::{
    Accepted, Complaint, Counts, Directions, Document, Finding, Place, Rollout, Rule, Tool, Witness,
};

use super::Style;
use crate::compat::page::Page;
use crate::compat::report::{self, Report, Reported};
use crate::compat::rules;
use crate::compat::witness::{self, Direction, Payload, Reading};

pub(super) fn render(report: &Report, style: Style) -> String {
    let document = serde_json::to_value(document(report, style));
    // Numbers, texts and lists have a form in JSON.
    document.map(|document| format!("{document:#}\n")).unwrap_or_default()
}

pub(super) fn schema() -> String {
    let schema = schemars::schema_for!(Document<'_>);
    format!("{:#}\n", schema.to_value())
}

fn document(report: &Report, style: Style) -> Document<'_> {
    use crate::compat::finding::Level::{Error, Info, Warning};
    let (shown, left_off) = style.shown(report);
    let mut names: Vec<&str> = shown.iter().map(|found| found.finding.rule).collect();
    names.sort_unstable();
    names.dedup();
    Document {
        format: 1,
        tool: Tool { name: "agentgen", version: env!("CARGO_PKG_VERSION") },
        state: report.state().name(),
        baselines: &report.baselines,
        subject: &report.subject,
        profile: report.profile.name(),
        mode: report.mode.name(),
        rollout: Rollout {
            order: report.rollout.order.name(),
            drain: report.rollout.drain,
            sentence: report.rollout.sentence(),
        },
        bump: report.bump.name(),
        counts: Counts {
            errors: report.count(Error),
            warnings: report.count(Warning),
            infos: report.count(Info),
            accepted: report.accepted(),
        },
        findings: shown.iter().map(finding).collect(),
        left_off,
        complaints: report.complaints.iter().map(complaint).collect(),
        rules: names.into_iter().filter_map(rule).collect(),
    }
}

fn finding(found: &Reported) -> Finding<'_> {
    let finding = &found.finding;
    Finding {
        rule: finding.rule,
        level: found.level.name(),
        severity: finding.level.name(),
        message: &finding.message,
        element: &finding.element,
        positions: finding.positions.names().collect(),
        directions: Directions {
            backward: finding.directions.backward.name(),
            forward: finding.directions.forward.name(),
        },
        axes: finding.axes.iter().map(|axis| axis.name()).collect(),
        why: found.why(),
        old: found.old.as_ref().map(place),
        new: found.new.as_ref().map(place),
        fingerprint: &found.fingerprint,
        witness: found.witness.as_ref().map(witness),
        accepted: found.accepted.as_ref().map(|acceptance| Accepted {
            reason: &acceptance.reason,
            source: &acceptance.source,
            expires: acceptance.expires.map(|last| last.to_string()),
        }),
        against: &found.against,
    }
}

fn witness(found: &witness::Witness) -> Witness<'_> {
    let (refused, reads, differences) = match &found.reading {
        Reading::Refused { why } => (Some(why.as_str()), None, Vec::new()),
        Reading::Misread { json, differences } => {
            (None, json.as_deref(), differences.iter().map(ToString::to_string).collect())
        }
    };
    let request = match &found.payload {
        Payload::Request { line, .. } => Some(line.as_str()),
        _ => None,
    };
    Witness {
        direction: match found.direction {
            Direction::Backward => "backward",
            Direction::Forward => "forward",
        },
        subject: &found.subject,
        hex: found.hex(),
        json: found.json(),
        request,
        refused,
        reads,
        differences,
    }
}

fn complaint(complaint: &report::Complaint) -> Complaint<'_> {
    Complaint {
        kind: complaint.kind.name(),
        level: complaint.level.name(),
        message: &complaint.message,
        place: place(&complaint.spot),
    }
}

fn place(spot: &report::Spot) -> Place<'_> {
    let range = spot.range.as_ref();
    Place {
        file: &spot.file,
        name: &spot.name,
        start_line: range.map(|range| range.start_line),
        start_column: range.map(|range| range.start_column),
        end_line: range.map(|range| range.end_line),
        end_column: range.map(|range| range.end_column),
    }
}

fn rule(name: &str) -> Option<Rule> {
    let rule = rules::find(name)?;
    let page = Page::parse(rule.page).ok();
    let (why, safe_way) = page.map(|page| (page.why, page.safe_way)).unwrap_or_default();
    Some(Rule { name: rule.name, family: rule.family, summary: rule.summary, why, safe_way })
}
