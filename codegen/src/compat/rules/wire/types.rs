//! Fields with values of another type, or of another number. What changed is
//! sorted once; each rule tells one sort.

use std::sync::Arc;

use crate::compat::finding::{Directions, Finding, Verdict};
use crate::compat::pair::{Comparison, FieldChange, type_text};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{Cardinality, Field, Kind};
use crate::compat::shape::{self, Difference, Shape};

pub(super) const TYPE: Rule = row! {
    wire "field-type-changed": Error [Wire, Json, Source] B Break F Break,
    anchor ["FIELD_SAME_TYPE", "FIELD_WIRE_COMPATIBLE_TYPE", "FIELD_WIRE_JSON_COMPATIBLE_TYPE"],
    "the values of a field have another type",
    Check::Field(type_changed)
};

pub(super) const MESSAGE_TYPE: Rule = row! {
    wire "field-message-type-changed": Error [Wire, Json, Source] B Break F Break,
    anchor ["FIELD_SAME_TYPE", "FIELD_WIRE_COMPATIBLE_TYPE", "FIELD_WIRE_JSON_COMPATIBLE_TYPE"],
    "a field names another message; what both hold decides",
    Check::Field(message_type_changed)
};

pub(super) const ENUM_TYPE: Rule = row! {
    wire "field-enum-type-changed": Error [Wire, Json, Source] B Break F Break,
    anchor ["FIELD_SAME_TYPE", "FIELD_WIRE_COMPATIBLE_TYPE", "FIELD_WIRE_JSON_COMPATIBLE_TYPE"],
    "a field names another enum; what both hold decides",
    Check::Field(enum_type_changed)
};

pub(super) const REPEATED: Rule = row! {
    wire "field-repeated-changed": Error [Wire, Json, Source] B Break F Break,
    anchor ["FIELD_SAME_CARDINALITY", "FIELD_WIRE_COMPATIBLE_CARDINALITY", "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY"],
    "a field changed between one value, a list and a map",
    Check::Field(repeated_changed)
};

/// What changed about the values of a field.
pub(super) enum TypeChange {
    /// Their type.
    Type(Shape),
    /// The message they are.
    Message(Arc<Difference>),
    /// The enum they are of.
    Enum(Shape),
    /// Whether there is one, a list or a map.
    Count(Shape),
    /// The encoding of a message, between tags or behind a length.
    Delimited,
}

/// What changed about the values of two fields; `None` where nothing did.
pub(super) fn type_change<'a>(
    cx: &Comparison<'_, 'a>,
    old: &Field<'a>,
    new: &Field<'a>,
) -> Option<TypeChange> {
    if cx.same_field_type(old, new) {
        return None;
    }
    let (before, after) = (count(cx.old.cardinality(old)), count(cx.new.cardinality(new)));
    let (old_value, new_value) = match (cx.old.map_entry(old), cx.new.map_entry(new)) {
        (Some(entry), Some(other)) => {
            let values = entry.fields.get(1).zip(other.fields.get(1));
            let (value, other_value) = values.unwrap_or((old, new));
            let keys = entry.fields.first().zip(other.fields.first());
            if keys.is_some_and(|(key, other)| key.kind != other.kind) {
                return Some(TypeChange::Type(shape::values(cx, old, new)));
            }
            (value, other_value)
        }
        _ => (old, new),
    };
    let messages = |field: &Field<'_>| matches!(field.kind, Kind::Message | Kind::Group);
    let shape = || shape::values(cx, old, new);
    Some(match (before == after, old_value.kind, new_value.kind) {
        (false, kind, other) if same_values(cx, old, new) && kind == other => {
            TypeChange::Count(shape())
        }
        (true, Kind::Enum, Kind::Enum) => TypeChange::Enum(shape()),
        (true, ..) if messages(old_value) && messages(new_value) => {
            match shape::referents(cx, old, new) {
                None => TypeChange::Delimited,
                Some((before, after)) => {
                    let mut difference = shape::message(cx, before, after);
                    if old_value.kind != new_value.kind {
                        let difference = Arc::make_mut(&mut difference);
                        difference.shape = difference.shape.worst(shape());
                    }
                    TypeChange::Message(difference)
                }
            }
        }
        _ => TypeChange::Type(shape()),
    })
}

fn count(cardinality: Cardinality) -> Cardinality {
    match cardinality {
        Cardinality::Repeated | Cardinality::Map => cardinality,
        _ => Cardinality::Explicit,
    }
}

fn same_values(cx: &Comparison<'_, '_>, old: &Field<'_>, new: &Field<'_>) -> bool {
    let map = cx.old.map_entry(old).is_some() || cx.new.map_entry(new).is_some();
    old.kind == new.kind
        && (map || old.type_name.is_empty() || cx.same_type(old.type_name, new.type_name))
}

fn type_changed(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let Some(TypeChange::Type(mut shape)) = type_change(change.cx, old, new) else { return };
    shape = shape.worst(shape::json_key(old, new));
    if old.number != new.number {
        let lost = Directions::new(Verdict::Lossy, Verdict::Lossy);
        (shape.backward.wire, shape.forward.wire) = (lost.backward, lost.forward);
    }
    report(change, sink, shape, None).why = why(shape);
}

/// What a verdict of [`Verdict::Conditional`] for JSON alone rests on.
fn why(shape: Shape) -> Option<String> {
    let json = shape.json();
    let worst = json.backward.max(json.forward);
    (worst == Verdict::Conditional).then(|| {
        "in JSON, 64-bit integers are strings and others numbers, and an enum is a name; parsers \
         of protobuf take both forms if the value fits, other readers see another type"
            .to_owned()
    })
}

fn message_type_changed(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    if let Some(TypeChange::Message(found)) = type_change(change.cx, old, new) {
        report(change, sink, found.shape, Some(told(&found)));
    }
}

/// What is to blame for the verdict on two messages.
pub(crate) fn told(difference: &Difference) -> String {
    match &difference.first {
        None => "which holds the same".to_owned(),
        Some(first) => format!("where {first}"),
    }
}

fn enum_type_changed(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    if let Some(TypeChange::Enum(shape)) = type_change(change.cx, old, new) {
        let same =
            if shape == Shape::OK { "which has the same values" } else { "whose values differ" };
        report(change, sink, shape, Some(same.to_owned()));
    }
}

fn repeated_changed(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    if let Some(TypeChange::Count(shape)) = type_change(change.cx, old, new) {
        report(change, sink, shape, Some(String::new()));
    }
}

/// Adds a finding. `told` is what there is to say about the types; without it,
/// they have nothing in common.
fn report<'s>(
    change: &FieldChange<'_, '_>,
    sink: &'s mut Sink<'_>,
    shape: Shape,
    told: Option<String>,
) -> &'s mut Finding {
    let (old, new) = (change.change.before(), change.change.after());
    let text = old
        .zip(new)
        .map_or_else(String::new, |(old, new)| describe(change, old, new, told.is_none()));
    let told =
        told.filter(|told| !told.is_empty()).map_or_else(String::new, |told| format!(", {told}"));
    let finding = change.report(sink, format!("{text}{told}"), shape.directions());
    finding.judge_by(shape);
    finding
}

fn describe(
    change: &FieldChange<'_, '_>,
    old: &Field<'_>,
    new: &Field<'_>,
    replaced: bool,
) -> String {
    let (before, after) = (type_text(change.cx.old, old), type_text(change.cx.new, new));
    if old.number != new.number {
        format!(
            "field `{}` changed from `{before}` with the number {} to `{after}` with the number {}",
            new.name, old.number, new.number
        )
    } else if replaced && old.name != new.name {
        let number = new.number;
        format!("field {number} changed from `{before} {}` to `{after} {}`", old.name, new.name)
    } else {
        format!("field {} `{}` changed its type from `{before}` to `{after}`", new.number, new.name)
    }
}
