//! The order of findings: the most severe first, then as they stand in the
//! files. Nothing in it depends on the order in which rules ran.

use std::cmp::Reverse;

use super::{Mode, judge, place};
use crate::compat::finding::{Finding, Level, Place};
use crate::compat::schema::Schema;

/// Sorts the findings of a comparison of these sides.
pub fn sort(findings: &mut [Finding], old: &Schema<'_>, new: &Schema<'_>) {
    findings.sort_by_cached_key(|finding| key(finding, old, new));
}

/// The findings with their level in a mode, in the order of that level.
pub(super) fn sorted(
    findings: Vec<Finding>,
    old: &Schema<'_>,
    new: &Schema<'_>,
    mode: Mode,
) -> Vec<(Finding, Level)> {
    let leveled = findings.into_iter().map(|finding| {
        let level = judge::level(&finding, finding.level, mode);
        (finding, level)
    });
    let mut leveled: Vec<_> = leveled.collect();
    leveled.sort_by_cached_key(|(finding, level)| (Reverse(*level), key(finding, old, new)));
    leveled
}

type Key = (Reverse<Level>, String, Option<(i32, i32)>, Vec<i32>, &'static str, String, String);

fn key(finding: &Finding, old: &Schema<'_>, new: &Schema<'_>) -> Key {
    let (file, start, path) = match (&finding.new, &finding.old) {
        (Some(place), _) => stands(new, place),
        (None, Some(place)) => stands(old, place),
        (None, None) => Default::default(),
    };
    let (element, message) = (finding.element.clone(), finding.message.clone());
    (Reverse(finding.level), file, start, path, finding.rule, element, message)
}

fn stands(schema: &Schema<'_>, place: &Place) -> (String, Option<(i32, i32)>, Vec<i32>) {
    let span = place::span(schema, place);
    let start = span.map(|span| (span.start_line, span.start_column));
    (schema.file(place.file).name.to_owned(), start, place.path.clone())
}
