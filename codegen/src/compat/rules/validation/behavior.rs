//! Fields that only one side of a call may write any longer.

use crate::compat::finding::{Directions, Level, Positions, Verdict};
use crate::compat::options::{Behavior, Element, FIELD_BEHAVIOR, at_option, behavior};
use crate::compat::pair::FieldChange;
use crate::compat::rule::Sink;

const WRITTEN_TO_US: Positions = Positions::REQUEST.union(Positions::JOB);
const WRITTEN_BY_US: Positions = Positions::RESPONSE.union(Positions::EVENT);

pub(super) fn output_only(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    if became(change, Behavior::OUTPUT_ONLY) {
        let message = "requests could set it, and it is output only: what they say is ignored";
        let directions = Directions::new(Verdict::Break, Verdict::Ok);
        report(change, sink, message, directions, WRITTEN_TO_US);
    }
}

pub(super) fn input_only(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    if became(change, Behavior::INPUT_ONLY) {
        let message = "replies held it, and it is input only: no reply holds it";
        let directions = Directions::new(Verdict::Ok, Verdict::Break);
        report(change, sink, message, directions, WRITTEN_BY_US);
    }
}

pub(super) fn immutable(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let old = change.change.before().map(|field| behavior(field.options));
    let was_settable = old.is_some_and(|old| !old.has(Behavior::OUTPUT_ONLY));
    if was_settable && became(change, Behavior::IMMUTABLE) {
        let message = "updates could change it, and it is immutable: they are refused";
        let directions = Directions::new(Verdict::Break, Verdict::Ok);
        report(change, sink, message, directions, WRITTEN_TO_US);
    }
}

fn became(change: &FieldChange<'_, '_>, one: Behavior) -> bool {
    let Some((old, new)) = change.change.kept() else { return false };
    old.options != new.options && !behavior(old.options).has(one) && behavior(new.options).has(one)
}

/// Reports with the rule's level where the type is at one of these positions,
/// or at none; elsewhere the statement changes nothing.
fn report(
    change: &FieldChange<'_, '_>,
    sink: &mut Sink<'_>,
    message: &str,
    directions: Directions,
    positions: Positions,
) {
    let own = change.positions();
    let finding = change.report(sink, message, directions);
    if !own.is_empty() && !own.meets(positions) {
        finding.level = Level::Info;
    }
    at_option(finding, Element::Field, FIELD_BEHAVIOR);
}
