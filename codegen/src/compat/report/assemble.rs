//! Makes a report of findings: selects, judges, accepts, places and orders.

use std::collections::HashMap;
use std::sync::Arc;

use super::model::{Complaint, Guidance, Report, Reported};
use super::place::View;
use super::{Bump, Rollout, Settings, acceptance, judge, order};
use crate::compat::finding::{Finding, Level};
use crate::compat::page::Page;
use crate::compat::pair::Comparison;
use crate::compat::schema::Schema;
use crate::compat::witness::witness;
use crate::compat::{rules, walk};

/// The report about two sides, without the names that the caller gives them.
pub(super) fn assemble(
    cx: &Comparison<'_, '_>,
    old: &View<'_, '_>,
    new: &View<'_, '_>,
    settings: &Settings,
) -> Report {
    let profile = settings.profile;
    let mut findings = walk::run(cx, rules::all().filter(|rule| profile.takes_rule(rule)));
    findings.retain(|finding| profile.takes(finding));
    let services = has_services(old.schema) || has_services(new.schema);
    for finding in &mut findings {
        profile.narrow(finding);
        finding.level = judge::severity(finding, services);
    }
    let worst = findings.iter().map(|finding| finding.level).max();
    let mut acceptances = acceptance::Acceptances::new(new, settings);
    let mut guidance = HashMap::new();
    let mut reported: Vec<Reported> =
        order::sorted(findings, old.schema, new.schema, settings.mode)
            .into_iter()
            .map(|(finding, level)| report_one(finding, level, (old, new), &mut guidance))
            .collect();
    for found in &mut reported {
        found.witness = settings.witness.then(|| witness(cx, &found.finding)).flatten();
        found.accepted = acceptances.accept(found);
    }
    let complaints: Vec<Complaint> = acceptances.complaints();
    Report {
        baselines: Vec::new(),
        subject: String::new(),
        profile,
        mode: settings.mode,
        witnessed: settings.witness,
        rollout: rollout(&reported),
        bump: Bump::of(cx, worst),
        findings: reported,
        complaints,
    }
}

/// The rollout that findings leave, accepted ones among them: who accepts a
/// break still has to deploy it.
pub(super) fn rollout(findings: &[Reported]) -> Rollout {
    Rollout::of(findings.iter().map(|found| &found.finding))
}

fn has_services(schema: &Schema<'_>) -> bool {
    schema.services.iter().any(|service| !schema.file(service.scope.file).is_import)
}

fn report_one(
    finding: Finding,
    level: Level,
    (old, new): (&View<'_, '_>, &View<'_, '_>),
    guidance: &mut HashMap<&'static str, Arc<Guidance>>,
) -> Reported {
    let of_rule = guidance.entry(finding.rule).or_insert_with(|| Arc::new(guide(finding.rule)));
    Reported {
        level,
        old: finding.old.as_ref().map(|place| old.spot(place)),
        new: finding.new.as_ref().map(|place| new.spot(place)),
        guidance: Arc::clone(of_rule),
        fingerprint: crate::compat::accept::fingerprint(&finding),
        witness: None,
        accepted: None,
        against: Vec::new(),
        finding,
    }
}

fn guide(rule: &str) -> Guidance {
    let page = rules::find(rule).and_then(|rule| Page::parse(rule.page).ok());
    page.map_or_else(Guidance::default, |page| Guidance { why: page.why, safe_way: page.safe_way })
}
