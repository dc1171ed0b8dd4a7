//! Values that one side accepts and the other does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::compat::finding::{Directions, Level, Positions, Verdict};
use crate::compat::options::{
    Answer, Element, Rules, VALIDATE, at_option, field_rules, message_rules,
};
use crate::compat::pair::{Change, FieldChange, MessageChange};
use crate::compat::rule::Sink;
use crate::compat::schema::{Field, Kind, Message, Schema};

/// What a changed set of values is to the old one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    Same,
    Tightened,
    Loosened,
    /// Each side accepts what the other refuses.
    Shifted,
    Incomparable,
}

/// How many rules a message names.
const NAMED: usize = 3;

/// Who reads what callers and producers write: the new side, as a rule.
const WRITTEN_TO_US: Positions = Positions::REQUEST.union(Positions::JOB);
/// Who reads what servers write: the old side, as a rule.
const WRITTEN_BY_US: Positions =
    Positions::RESPONSE.union(Positions::EVENT).union(Positions::ERROR);

pub(super) fn tightened(change: &MessageChange<'_, '_>, sink: &mut Sink<'_>) {
    each(change, |case| {
        let forward = match case.relation {
            Relation::Tightened => Verdict::Ok,
            Relation::Shifted => Verdict::Break,
            _ => return,
        };
        let verb = if forward == Verdict::Ok { "accepts less" } else { "accepts other values" };
        let level = if case.is_read_by(WRITTEN_TO_US) { Level::Error } else { Level::Info };
        case.report(sink, verb, Directions::new(Verdict::Break, forward), level);
    });
}

pub(super) fn loosened(change: &MessageChange<'_, '_>, sink: &mut Sink<'_>) {
    each(change, |case| {
        if case.relation == Relation::Loosened {
            let level = if case.is_read_by(WRITTEN_BY_US) { Level::Warning } else { Level::Info };
            let directions = Directions::new(Verdict::Ok, Verdict::Break);
            case.report(sink, "accepts more", directions, level);
        }
    });
}

pub(super) fn incomparable(change: &MessageChange<'_, '_>, sink: &mut Sink<'_>) {
    each(change, |case| {
        if case.relation == Relation::Incomparable {
            let directions = Directions::new(Verdict::Conditional, Verdict::Conditional);
            case.report(sink, "may accept other values", directions, Level::Warning);
        }
    });
}

/// A message or a field of it whose rules changed.
struct Case<'k, 'c, 'a> {
    of: Of<'k, 'c, 'a>,
    relation: Relation,
    story: String,
}

enum Of<'k, 'c, 'a> {
    Message(&'k MessageChange<'c, 'a>),
    Field(&'k FieldChange<'c, 'a>),
}

impl Case<'_, '_, '_> {
    /// Whether the type is at one of these positions, or at none.
    fn is_read_by(&self, positions: Positions) -> bool {
        let own = match self.of {
            Of::Message(message) => message.cx.message_positions(message.change),
            Of::Field(field) => field.positions(),
        };
        own.is_empty() || own.meets(positions)
    }

    fn report(&self, sink: &mut Sink<'_>, verb: &str, directions: Directions, level: Level) {
        let message = format!("{verb}: {}", self.story);
        let (finding, element) = match self.of {
            Of::Message(change) => (change.report(sink, message, directions), Element::Message),
            Of::Field(change) => (change.report(sink, message, directions), Element::Field),
        };
        finding.level = level;
        at_option(finding, element, VALIDATE);
    }
}

/// Hands over the message and those of its fields whose rules changed.
fn each(change: &MessageChange<'_, '_>, mut judge: impl FnMut(&Case<'_, '_, '_>)) {
    let Some((old_id, new_id)) = change.change.kept() else { return };
    let cx = change.cx;
    let (old, new) = (cx.old.message(old_id), cx.new.message(new_id));
    if old.options != new.options {
        let (before, after) = (message_rules(old.options), message_rules(new.options));
        if let Some((relation, story)) = compare(&before, &after) {
            judge(&Case { of: Of::Message(change), relation, story });
        }
    }
    if old.map_entry || !may_differ(old, new) {
        return;
    }
    for pair in cx.fields(old, new) {
        let Change::Kept { old, new } = pair else { continue };
        if old.options == new.options || !is_comparable(cx.old, old, cx.new, new) {
            continue;
        }
        // Of the old side for both: that an enum has grown is told as such.
        let declared = declared(cx.old, old);
        let before = field_rules(old.options, &declared);
        let after = field_rules(new.options, &declared);
        let Some((relation, story)) = compare(&before, &after) else { continue };
        let pair = FieldChange { cx, old_message: old_id, new_message: new_id, change: pair };
        judge(&Case { of: Of::Field(&pair), relation, story });
    }
}

/// Whether the options of some fields differ: most messages are done here.
fn may_differ(old: &Message<'_>, new: &Message<'_>) -> bool {
    let same = |a: &Field<'_>, b: &Field<'_>| a.number == b.number && a.options == b.options;
    old.fields.len() != new.fields.len()
        || !old.fields.iter().zip(&new.fields).all(|(old, new)| same(old, new))
}

/// Whether values of both fields can be compared; where they cannot, the type
/// has changed and is told as such.
fn is_comparable(
    old_schema: &Schema<'_>,
    old: &Field<'_>,
    new_schema: &Schema<'_>,
    new: &Field<'_>,
) -> bool {
    let sort = |kind: Kind| match kind {
        Kind::String => 0,
        Kind::Bytes => 1,
        Kind::Message | Kind::Group => 2,
        Kind::Double | Kind::Float => 3,
        _ => 4,
    };
    let many = |schema: &Schema<'_>, field: &Field<'_>| {
        (field.label == crate::compat::schema::Label::Repeated, schema.map_entry(field).is_some())
    };
    sort(old.kind) == sort(new.kind) && many(old_schema, old) == many(new_schema, new)
}

/// The numbers of the enum of a field, or of a map's values.
fn declared(schema: &Schema<'_>, field: &Field<'_>) -> BTreeSet<i128> {
    let entry = schema.map_entry(field);
    let value = entry.and_then(|entry| entry.fields.iter().find(|field| field.number == 2));
    let name = value.map_or(field.type_name, |value| value.type_name);
    let declared = schema.enum_named(name).map(|id| &schema.enumeration(id).values);
    declared.into_iter().flatten().map(|value| value.number.into()).collect()
}

/// What became of the set of accepted values, and what was changed to that
/// end; `None` where it is the same.
fn compare(before: &Rules<'_>, after: &Rules<'_>) -> Option<(Relation, String)> {
    if before == after {
        return None;
    }
    let kept = before.accepted.is_within(&after.accepted);
    let added = after.accepted.is_within(&before.accepted);
    let relation = match (kept, added) {
        (Answer::Yes, Answer::Yes) => Relation::Same,
        (Answer::Yes, _) => Relation::Loosened,
        (_, Answer::Yes) | (Answer::No, Answer::Unknown) => Relation::Tightened,
        (Answer::No, Answer::No) => Relation::Shifted,
        (Answer::Unknown, _) => Relation::Incomparable,
    };
    (relation != Relation::Same).then(|| (relation, story(&before.texts, &after.texts)))
}

/// The rules that differ, each with its old and its new value.
fn story(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> String {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let told = names.into_iter().filter_map(|name| match (before.get(name), after.get(name)) {
        (Some(old), Some(new)) if old == new => None,
        (Some(old), Some(new)) => Some(format!("`{name}` was `{old}` and is `{new}`")),
        (Some(old), None) => Some(format!("`{name}: {old}` was removed")),
        (None, Some(new)) => Some(format!("`{name}: {new}` was added")),
        (None, None) => None,
    });
    let mut told: Vec<_> = told.collect();
    let more = told.len().saturating_sub(NAMED);
    told.truncate(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    if told.is_empty() { "`ignore` was changed".to_owned() } else { told.join(", ") + &more }
}
