//! For programs: everything that the report knows, in a form with a published
//! schema.

use schemars::JsonSchema;
use serde::Serialize;

use super::Style;
use super::words::verdict;
use crate::compat::page::Page;
use crate::compat::report::{self, Report, Reported};
use crate::compat::rules;

/// What `agentgen check-compat --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "agentgen check-compat")]
struct Document<'r> {
    /// The version of this form: 1. It grows when a reader has to change.
    format: u32,
    /// The program that made it.
    tool: Tool,
    /// The judgement: `unchanged`, `compatible` or `incompatible`.
    state: &'r str,
    /// What was compared against.
    baselines: &'r [String],
    /// What was judged.
    subject: &'r str,
    /// The profile that selected the findings.
    profile: &'r str,
    /// The mode that gave them their levels.
    mode: &'r str,
    /// How to deploy the new version.
    rollout: Rollout<'r>,
    /// The version that the new side deserves: `none`, `patch`, `minor` or
    /// `major`.
    bump: &'r str,
    /// How many findings there are, those left off among them.
    counts: Counts,
    /// The findings, the most severe first.
    findings: Vec<Finding<'r>>,
    /// How many findings were left off.
    left_off: usize,
    /// What is wrong with acceptances.
    complaints: Vec<Complaint<'r>>,
    /// The rules of the findings, by name.
    rules: Vec<Rule>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Rollout<'r> {
    /// `any`, `servers-first`, `clients-first`, `consumers-first`,
    /// `producers-first` or `lockstep`.
    order: &'r str,
    /// Whether queued jobs have to be worked off in between.
    drain: bool,
    /// The same for people.
    sentence: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Counts {
    /// Those that fail the check.
    errors: usize,
    warnings: usize,
    infos: usize,
    /// Those that somebody accepted; they are in no other count.
    accepted: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Finding<'r> {
    /// The rule, as in `rules`.
    rule: &'r str,
    /// The level in this mode: `error`, `warning` or `info`.
    level: &'r str,
    /// The level whatever the mode.
    severity: &'r str,
    /// What changed.
    message: &'r str,
    /// The full name of what changed.
    element: &'r str,
    /// Who writes and reads it: of `request`, `response`, `error`, `event` and
    /// `job`. Empty where no rpc reaches it.
    positions: Vec<&'r str>,
    directions: Directions<'r>,
    /// What carries the break: of `wire`, `json`, `source`, `http`, `queue`,
    /// `sse` and `tool`.
    axes: Vec<&'r str>,
    /// Why this one breaks.
    why: &'r str,
    /// Where it stood.
    old: Option<Place<'r>>,
    /// Where it stands, or what is left around it.
    new: Option<Place<'r>>,
    /// What an acceptance recognises it by.
    fingerprint: &'r str,
    /// Who accepted it.
    accepted: Option<Accepted<'r>>,
    /// The baselines that it breaks with.
    against: &'r [String],
}

/// Verdicts from the data alone: `ok`, `conditional`, `lossy` or `breaks`.
#[derive(Debug, Serialize, JsonSchema)]
struct Directions<'r> {
    /// The new version reads what the old one wrote.
    backward: &'r str,
    /// The old version reads what the new one wrote.
    forward: &'r str,
}

/// A place, with lines and columns from 1; the end lies behind the last
/// character. Without lines for a file as a whole, and where a descriptor
/// image holds none.
#[derive(Debug, Serialize, JsonSchema)]
struct Place<'r> {
    /// The file as it is shown to people.
    file: &'r str,
    /// The name that others import it by.
    name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Accepted<'r> {
    reason: &'r str,
    /// The accept file, or the file and line of the comment.
    source: &'r str,
    /// The last day on which it holds, as in `2027-01-31`.
    expires: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Complaint<'r> {
    /// `acceptance-stale`, `acceptance-expired`, `acceptance-without-reason` or
    /// `acceptance-of-unknown-rule`.
    kind: &'r str,
    level: &'r str,
    message: &'r str,
    place: Place<'r>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Rule {
    name: &'static str,
    family: &'static str,
    /// What it fires on.
    summary: &'static str,
    /// What its findings break, in Markdown.
    why: String,
    /// What to do instead, in Markdown.
    safe_way: String,
}

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
            backward: verdict(finding.directions.backward),
            forward: verdict(finding.directions.forward),
        },
        axes: finding.axes.iter().map(|axis| axis.name()).collect(),
        why: found.why(),
        old: found.old.as_ref().map(place),
        new: found.new.as_ref().map(place),
        fingerprint: &found.fingerprint,
        accepted: found.accepted.as_ref().map(|acceptance| Accepted {
            reason: &acceptance.reason,
            source: &acceptance.source,
            expires: acceptance.expires.map(|last| last.to_string()),
        }),
        against: &found.against,
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
