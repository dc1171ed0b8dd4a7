//! Fields that are gone, renumbered or renamed. A field that is gone is one
//! finding, whichever of its number and name were kept from being used again.

use crate::compat::finding::{Axis, Directions, Verdict};
use crate::compat::pair::FieldChange;
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{Cardinality, Field, Numbers};
use crate::compat::shape::{json_key, json_name};

use super::types::{TypeChange, type_change};

pub(super) const REMOVED: Rule = row! {
    wire "field-removed": Warning [Wire, Json, Source] B Lossy F Lossy,
    anchor ["FIELD_NO_DELETE"],
    "a field is gone, and its number and name are reserved",
    Check::Field(removed)
};

pub(super) const REMOVED_UNRESERVED: Rule = row! {
    wire "field-removed-unreserved": Error [Wire, Json, Source] B Lossy F Lossy,
    anchor ["FIELD_NO_DELETE", "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED", "FIELD_NO_DELETE_UNLESS_NAME_RESERVED"],
    "a field is gone, and its number is free to be used again",
    Check::Field(removed_unreserved)
};

pub(super) const REMOVED_NAME_UNRESERVED: Rule = row! {
    wire "field-removed-name-unreserved": Error [Wire, Json, Source] B Lossy F Lossy,
    anchor ["FIELD_NO_DELETE", "FIELD_NO_DELETE_UNLESS_NAME_RESERVED"],
    "a field is gone, and its name is free to be used again",
    Check::Field(removed_name_unreserved)
};

pub(super) const RENUMBERED: Rule = row! {
    wire "field-renumbered": Error [Wire] B Break F Break,
    anchor ["FIELD_NO_DELETE", "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED", "FIELD_NO_DELETE_UNLESS_NAME_RESERVED", "FIELD_SAME_NAME", "FIELD_SAME_JSON_NAME"],
    "a field has another number",
    Check::Field(renumbered)
};

pub(super) const RENAMED: Rule = row! {
    wire "field-renamed": Error [Json, Source] B Break F Break,
    anchor ["FIELD_SAME_NAME", "FIELD_SAME_JSON_NAME"],
    "a field has another name, in JSON too",
    Check::Field(renamed)
};

pub(super) const RENAMED_JSON_KEPT: Rule = row! {
    wire "field-renamed-json-kept": Info [Source] B Ok F Ok,
    anchor ["FIELD_SAME_NAME"],
    "a field has another name and the same one in JSON",
    Check::Field(renamed_json_kept)
};

pub(super) const JSON_NAME_CHANGED: Rule = row! {
    wire "field-json-name-changed": Error [Json] B Break F Break,
    anchor ["FIELD_SAME_JSON_NAME"],
    "a field has the same name and another one in JSON",
    Check::Field(json_name_changed)
};

/// Which of a field's marks the new side keeps from being used again.
struct Retired<'c, 'a> {
    field: &'c Field<'a>,
    number: bool,
    name: bool,
}

/// What is gone. Required fields are another rule's: old readers refuse what
/// lacks them.
fn retired<'c, 'a>(change: &FieldChange<'c, 'a>) -> Option<Retired<'c, 'a>> {
    let gone = change.change.kept().is_none() && change.change.after().is_none();
    let field = change.change.before().filter(|_| gone)?;
    if change.cx.old.cardinality(field) == Cardinality::Required {
        return None;
    }
    let message = change.cx.new.message(change.new_message);
    Some(Retired {
        field,
        number: reserved(&message.reserved, field.number),
        name: message.reserved_names.contains(&field.name),
    })
}

/// Whether a number lies in one of these ranges.
pub(super) fn reserved(ranges: &[Numbers], number: i32) -> bool {
    ranges.iter().any(|range| (range.first..=range.last).contains(&number))
}

/// Each side reads the other's message without the value.
const LOST: Directions = Directions::new(Verdict::Lossy, Verdict::Lossy);

fn removed(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    if let Some(Retired { field, number: true, name: true }) = retired(change) {
        let message = format!(
            "field {} `{}` was removed; its number and name are reserved",
            field.number, field.name
        );
        change.report(sink, message, LOST);
    }
}

fn removed_unreserved(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    if let Some(Retired { field, number: false, name }) = retired(change) {
        let lacks = if name { "its number is not" } else { "neither its number nor its name is" };
        let message =
            format!("field {} `{}` was removed, and {lacks} reserved", field.number, field.name);
        change.report(sink, message, LOST);
    }
}

fn removed_name_unreserved(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    if let Some(Retired { field, number: true, name: false }) = retired(change) {
        let message = format!(
            "field {} `{}` was removed; its number is reserved and its name is not",
            field.number, field.name
        );
        change.report(sink, message, LOST);
    }
}

fn renumbered(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    if old.number != new.number && change.cx.same_field_type(old, new) {
        let message =
            format!("field `{}` was renumbered from {} to {}", new.name, old.number, new.number);
        change.report(sink, message, Directions::BREAK);
    }
}

/// A field with another name. Where its type is another one too, that is told
/// with both names.
fn other_name<'c, 'a>(change: &FieldChange<'c, 'a>) -> Option<(&'c Field<'a>, &'c Field<'a>)> {
    let (old, new) = change.change.kept().filter(|(old, new)| old.name != new.name)?;
    let replaced = matches!(type_change(change.cx, old, new), Some(TypeChange::Type(_)));
    (!replaced).then_some((old, new))
}

fn renamed(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = other_name(change) else { return };
    let (key, new_key) = (json_name(old), json_name(new));
    if key != new_key {
        let keys = if key == old.name && new_key == new.name {
            "in JSON too".to_owned()
        } else {
            format!("in JSON from `{key}` to `{new_key}`")
        };
        let message = format!(
            "field {} was renamed from `{}` to `{}`, {keys}",
            new.number, old.name, new.name
        );
        let shape = json_key(old, new);
        let finding = change.report(sink, message, shape.directions());
        finding.axes = shape.axes();
        finding.axes.push(Axis::Source);
    }
}

fn renamed_json_kept(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = other_name(change) else { return };
    let key = json_name(new);
    if json_name(old) == key {
        let message = format!(
            "field {} was renamed from `{}` to `{}`; in JSON it is still `{key}`",
            new.number, old.name, new.name
        );
        change.report(sink, message, Directions::OK);
    }
}

fn json_name_changed(change: &FieldChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept().filter(|(old, new)| old.name == new.name) else {
        return;
    };
    let (key, new_key) = (json_name(old), json_name(new));
    if key != new_key {
        let message =
            format!("field {} `{}` is `{new_key}` in JSON and was `{key}`", new.number, new.name);
        change.report(sink, message, json_key(old, new).json());
    }
}
