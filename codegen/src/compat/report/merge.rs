//! One report of several: the same new side against many old ones.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::assemble::rollout;
use super::model::{Complaint, ComplaintKind, Report, Reported};

impl Report {
    /// The report about all baselines of these reports. A break with several
    /// of them is told once. `None` where there is no report.
    pub fn merge(reports: Vec<Self>) -> Option<Self> {
        let complaints = complaints(&reports);
        let mut merged: Option<Self> = None;
        let mut known: HashMap<String, usize> = HashMap::new();
        for report in reports {
            let Some(whole) = &mut merged else {
                let places = report.findings.iter().enumerate();
                known = places.map(|(at, found)| (found.fingerprint.clone(), at)).collect();
                merged = Some(report);
                continue;
            };
            whole.baselines.extend(report.baselines);
            whole.bump = whole.bump.max(report.bump);
            for found in report.findings {
                take(&mut whole.findings, &mut known, found);
            }
        }
        let mut merged = merged?;
        merged.complaints = complaints;
        merged.findings.sort_by_cached_key(place);
        merged.rollout = rollout(&merged.findings);
        Some(merged)
    }
}

fn take(findings: &mut Vec<Reported>, known: &mut HashMap<String, usize>, found: Reported) {
    let Some(&at) = known.get(&found.fingerprint) else {
        known.insert(found.fingerprint.clone(), findings.len());
        findings.push(found);
        return;
    };
    let earlier = &mut findings[at];
    let mut against = std::mem::take(&mut earlier.against);
    against.extend(found.against.iter().cloned());
    if found.level > earlier.level {
        *earlier = found;
    }
    earlier.against = against;
}

/// As findings of one comparison are ordered.
fn place(found: &Reported) -> impl Ord + use<> {
    let spot = found.spot();
    let start = spot.and_then(|spot| spot.range.as_ref());
    (
        Reverse(found.level),
        spot.map(|spot| spot.name.clone()),
        start.map(|range| (range.start_line, range.start_column)),
        found.finding.rule,
        found.finding.element.clone(),
        found.finding.message.clone(),
    )
}

/// What is stale against one baseline may be needed against another.
fn complaints(reports: &[Report]) -> Vec<Complaint> {
    let everywhere = |complaint: &Complaint| {
        reports.iter().all(|report| report.complaints.iter().any(|other| same(complaint, other)))
    };
    let mut found: Vec<Complaint> = Vec::new();
    for complaint in reports.iter().flat_map(|report| &report.complaints) {
        let counts = complaint.kind != ComplaintKind::Stale || everywhere(complaint);
        if counts && !found.iter().any(|other| same(complaint, other)) {
            found.push(complaint.clone());
        }
    }
    found
}

fn same(one: &Complaint, other: &Complaint) -> bool {
    one.kind == other.kind
        && one.message == other.message
        && one.spot.name == other.spot.name
        && one.spot.line() == other.spot.line()
}
