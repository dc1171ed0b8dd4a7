//! What a user sees: a payload for each break of an encoding or a route on the
//! pages of the rules.

use std::collections::BTreeMap;

use agentgen_codegen::compat::finding::{Axis, Verdict};
use agentgen_codegen::compat::page::Page;
use agentgen_codegen::compat::pair::Comparison;
use agentgen_codegen::compat::witness::witness;
use agentgen_codegen::compat::{rules, walk};

use super::exceptions::WITHOUT_PAYLOAD;
use super::image::Image;

/// Findings with a payload and all findings, by rule.
type Coverage = BTreeMap<&'static str, (usize, usize)>;

#[test]
fn every_break_on_a_page_has_a_payload_that_shows_it() {
    let (mut coverage, mut problems) = (Coverage::new(), Vec::new());
    for rule in rules::all() {
        for case in Page::parse(rule.page).map(|page| page.cases).unwrap_or_default() {
            let (Ok(old), Ok(new)) = (Image::of(&case.old), Image::of(&case.new)) else { continue };
            let (old, new) = (old.schema(), new.schema());
            let cx = Comparison::new(&old, &new);
            for finding in walk::run(&cx, [rule]) {
                let found = witness(&cx, &finding);
                let count = coverage.entry(rule.name).or_default();
                count.0 += usize::from(found.is_some());
                count.1 += 1;
                let breaks = finding.directions.backward.max(finding.directions.forward);
                let sent = finding
                    .axes
                    .iter()
                    .any(|axis| matches!(axis, Axis::Wire | Axis::Json | Axis::Http));
                let excused = WITHOUT_PAYLOAD.iter().any(|(name, _)| *name == rule.name);
                match found {
                    Some(found) => eprintln!("{} {}\n{found}\n", rule.name, finding.element),
                    None if breaks == Verdict::Break && sent && !excused => {
                        let (name, line) = (rule.name, case.line);
                        problems.push(format!("{name}:{line}: {}", finding.message));
                    }
                    None => {}
                }
            }
        }
    }
    for (rule, (shown, all)) in &coverage {
        eprintln!("{rule}: {shown} of {all}");
    }
    assert!(problems.is_empty(), "breaks without a payload:\n{}", problems.join("\n"));
}
