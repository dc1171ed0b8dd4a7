//! Whether a field must be there, and what its absence means.

use super::features::{Affected, tell};
use crate::compat::finding::{Directions, Verdict};
use crate::compat::pair::{Change, Comparison, FieldChange};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{Cardinality, Field, Kind, Label, Message, Schema};
use crate::compat::shape;

pub(super) const REQUIRED_ADDED: Rule = row! {
    wire "required-added": Error [Wire, Json, Source] B Break F Ok,
    anchor ["MESSAGE_SAME_REQUIRED_FIELDS", "FIELD_SAME_CARDINALITY", "FIELD_WIRE_COMPATIBLE_CARDINALITY", "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY"],
    "a field that has to be there is new, or an old one became so",
    Check::Field(required_added)
};

pub(super) const REQUIRED_REMOVED: Rule = row! {
    wire "required-removed": Error [Wire, Json, Source] B Lossy F Break,
    anchor ["MESSAGE_SAME_REQUIRED_FIELDS", "FIELD_SAME_CARDINALITY", "FIELD_WIRE_COMPATIBLE_CARDINALITY", "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", "FIELD_NO_DELETE"],
    "a field that had to be there is gone or may be left out",
    Check::Field(required_removed)
};

pub(super) const PRESENCE: Rule = row! {
    wire "field-presence-changed": Warning [Wire, Json, Source] B Lossy F Lossy,
    anchor ["FIELD_SAME_CARDINALITY", "FILE_SAME_SYNTAX"],
    "a field began or ceased to tell absence from its default",
    Check::Whole(presence_changed)
};

pub(super) const DEFAULT: Rule = row! {
    wire "default-changed": Error [Wire, Json, Source] B Break F Break,
    anchor ["FIELD_SAME_DEFAULT"],
    "what the absence of a field means changed",
    Check::Field(default_changed)
};

fn required_added(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let required = |field| change.cx.new.cardinality(field) == Cardinality::Required;
    match change.change {
        Change::Added(new) if required(new) => {
            let message = format!("field {} `{}` is new and required", new.number, new.name);
            change.report(sink, message, Directions::new(Verdict::Break, Verdict::Ok));
        }
        Change::Kept { old, new }
            if required(new) && change.cx.old.cardinality(old) != Cardinality::Required =>
        {
            let message = format!("field {} `{}` is required and was not", new.number, new.name);
            change.report(sink, message, Directions::new(Verdict::Break, Verdict::Ok));
        }
        _ => {}
    }
}

fn required_removed(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let required = |field| change.cx.old.cardinality(field) == Cardinality::Required;
    match change.change {
        Change::Removed(old) if required(old) => {
            let message =
                format!("field {} `{}` was removed and is required", old.number, old.name);
            let message = format!("{message} on the old side");
            change.report(sink, message, Directions::new(Verdict::Lossy, Verdict::Break));
        }
        Change::Kept { old, new }
            if required(old) && change.cx.new.cardinality(new) != Cardinality::Required =>
        {
            let message =
                format!("field {} `{}` was required and is no more", new.number, new.name);
            change.report(sink, message, Directions::new(Verdict::Ok, Verdict::Break));
        }
        _ => {}
    }
}

/// Both cardinalities, if a field changed between explicit and implicit
/// presence. What came into a oneof or left one is another rule's.
fn presence(
    cx: &Comparison<'_, '_>,
    (old_message, old): (&Message<'_>, &Field<'_>),
    (new_message, new): (&Message<'_>, &Field<'_>),
) -> Option<(Cardinality, Cardinality)> {
    use Cardinality::{Explicit, Implicit};
    let message = |field: &Field<'_>| matches!(field.kind, Kind::Message | Kind::Group);
    let exclusive = |message: &Message<'_>, field: &Field<'_>| {
        field.oneof.is_some_and(|at| !message.oneofs[at].synthetic)
    };
    if message(old) || message(new) || exclusive(old_message, old) || exclusive(new_message, new) {
        return None;
    }
    let pair = (cx.old.cardinality(old), cx.new.cardinality(new));
    matches!(pair, (Explicit, Implicit) | (Implicit, Explicit)).then_some(pair)
}

fn presence_changed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let mut affected = Vec::new();
    for &(old_message, new_message) in cx.changed_messages() {
        let (old, new) = (cx.old.message(old_message), cx.new.message(new_message));
        for change in cx.fields(old, new) {
            let Change::Kept { old: before, new: after } = change else { continue };
            let Some((was, is)) = presence(cx, (old, before), (new, after)) else { continue };
            let pair = FieldChange { cx, old_message, new_message, change };
            let message = format!(
                "field {} `{}` has {} presence and had {}",
                after.number,
                after.name,
                presence_name(is),
                presence_name(was)
            );
            affected.push(Affected {
                files: (old.scope.file, new.scope.file),
                by_file: cx.old.file(old.scope.file).features.presence
                    != cx.new.file(new.scope.file).features.presence,
                positions: pair.positions(),
                directions: shape::presence(cx, before, after).directions(),
                report: Box::new(move |sink, directions| {
                    pair.report(sink, message, directions);
                }),
            });
        }
    }
    tell(cx, sink, affected, |count| format!("the presence of {count} fields changed"));
}

fn presence_name(cardinality: Cardinality) -> &'static str {
    if cardinality == Cardinality::Implicit { "implicit" } else { "explicit" }
}

/// What absence means.
#[derive(Clone, Debug, PartialEq)]
enum Default<'a> {
    Number(f64),
    /// Whole numbers that an `f64` does not hold exactly.
    Integer(i128),
    Text(&'a str),
}

/// What the absence of a field stands for; `None` where it stands for nothing,
/// as in lists and messages.
fn default_of<'a>(schema: &Schema<'a>, field: &Field<'a>) -> Option<Default<'a>> {
    if field.label == Label::Repeated {
        return None;
    }
    let text = field.default.unwrap_or_default();
    Some(match field.kind {
        Kind::Message | Kind::Group => return None,
        Kind::String | Kind::Bytes => Default::Text(text),
        Kind::Bool => Default::Integer(i128::from(text == "true")),
        Kind::Float | Kind::Double => Default::Number(text.parse().unwrap_or(0.0)),
        Kind::Enum => {
            let found = schema.enumeration(schema.enum_named(field.type_name)?);
            let stated = found.values.iter().find(|value| value.name == text);
            Default::Integer(i128::from(stated.or(found.values.first())?.number))
        }
        _ => Default::Integer(text.parse().unwrap_or(0)),
    })
}

/// Whether the name of a default that kept its number names another number.
fn renames_default(cx: &Comparison<'_, '_>, old: &Field<'_>, new: &Field<'_>) -> bool {
    let (Some(before), Some(after), Some(id)) =
        (old.default, new.default, cx.new.enum_named(new.type_name))
    else {
        return false;
    };
    let values = &cx.new.enumeration(id).values;
    before != after && values.iter().any(|value| value.name == before)
}

fn default_changed(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    // What neither side states changes with the enum, which is told there.
    if !change.cx.same_field_type(old, new) || (old.default.is_none() && new.default.is_none()) {
        return;
    }
    let before = default_of(change.cx.old, old);
    let after = default_of(change.cx.new, new);
    let same = match (&before, &after) {
        (Some(Default::Number(old)), Some(Default::Number(new))) => {
            old.to_bits() == new.to_bits() || (old.is_nan() && new.is_nan())
        }
        _ => before == after && !renames_default(change.cx, old, new),
    };
    if !same {
        let stated = |field: &Field<'_>| {
            field.default.map_or_else(|| "none".to_owned(), |text| format!("`{text}`"))
        };
        let message = format!(
            "field {} `{}` has the default {} and had {}",
            new.number,
            new.name,
            stated(new),
            stated(old)
        );
        change.report(sink, message, Directions::BREAK);
    }
}
