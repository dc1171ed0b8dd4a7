//! Enums and their values: numbers in the binary encoding, names in JSON.

use crate::compat::finding::{Axis, Directions, Level, Verdict};
use crate::compat::pair::{EnumChange, EnumValueChange};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{Enum, EnumValue};

use super::fields::reserved;

pub(super) const VALUE_ADDED: Rule = row! {
    wire "enum-value-added": Warning [Wire, Json, Source] B Ok F Break,
    anchor [],
    "an enum has a new value, which old readers do not know",
    Check::EnumValue(added)
};

pub(super) const VALUE_REMOVED: Rule = row! {
    wire "enum-value-removed": Error [Wire, Json, Source] B Break F Ok,
    anchor ["ENUM_VALUE_NO_DELETE"],
    "a value is gone, and its number and names are reserved",
    Check::EnumValue(removed)
};

pub(super) const VALUE_REMOVED_UNRESERVED: Rule = row! {
    wire "enum-value-removed-unreserved": Error [Wire, Json, Source] B Break F Ok,
    anchor ["ENUM_VALUE_NO_DELETE", "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED", "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED"],
    "a value is gone, and its number or a name is free to be used again",
    Check::EnumValue(removed_unreserved)
};

pub(super) const VALUE_RENAMED: Rule = row! {
    wire "enum-value-renamed": Error [Json, Source] B Break F Break,
    anchor ["ENUM_VALUE_SAME_NAME"],
    "a value has another name or lost an alias",
    Check::EnumValue(renamed)
};

pub(super) const VALUE_RENUMBERED: Rule = row! {
    wire "enum-value-renumbered": Error [Wire, Json, Source] B Break F Break,
    anchor ["ENUM_VALUE_NO_DELETE", "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED", "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED", "ENUM_VALUE_SAME_NAME"],
    "a value has another number",
    Check::EnumValue(renumbered)
};

pub(super) const ALIAS_ORDER: Rule = row! {
    wire "enum-alias-order-changed": Warning [Json] B Ok F Conditional,
    anchor [],
    "JSON is written with another alias of a value",
    Check::EnumValue(alias_order_changed)
};

pub(super) const DEFAULT: Rule = row! {
    wire "enum-default-changed": Error [Wire, Json, Source] B Break F Break,
    anchor ["FIELD_SAME_DEFAULT"],
    "the first value of an enum, which absence stands for, is another number",
    Check::Enum(default_changed)
};

type Values<'v, 'a> = &'v [(usize, &'v EnumValue<'a>)];

fn names<'a>(values: Values<'_, 'a>) -> Vec<&'a str> {
    values.iter().map(|(_, value)| value.name).collect()
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn added(change: &EnumValueChange<'_, '_>, sink: &mut Sink<'_>) {
    let [(_, first), ..] = change.new[..] else { return };
    if !change.old.is_empty() {
        return;
    }
    let closed = change.cx.old.enumeration(change.old_enum).features.closed_enum;
    let message = format!("value {} {} is new", first.number, listed(&names(&change.new)));
    let forward = if closed { Verdict::Break } else { Verdict::Conditional };
    let finding = change.report(sink, message, Directions::new(Verdict::Ok, forward));
    if closed {
        finding.level = Level::Error;
        finding.why = Some(
            "the enum is closed: old readers put the number among unknown fields and take the \
             field for unset; in JSON they refuse the name"
                .to_owned(),
        );
    }
}

/// A value that is gone: the marks that are free to be used again.
fn gone<'a>(change: &EnumValueChange<'_, 'a>) -> Option<(i32, Vec<&'a str>, Vec<String>)> {
    let [(_, first), ..] = change.old[..] else { return None };
    if !change.new.is_empty() {
        return None;
    }
    let after = change.cx.new.enumeration(change.new_enum);
    let names = names(&change.old);
    let mut free = Vec::new();
    if !reserved(&after.reserved, first.number) {
        free.push("its number".to_owned());
    }
    let loose: Vec<_> =
        names.iter().copied().filter(|name| !after.reserved_names.contains(name)).collect();
    match loose.len() {
        0 => {}
        1 if names.len() == 1 => free.push("its name".to_owned()),
        _ => free.push(listed(&loose)),
    }
    Some((first.number, names, free))
}

/// New readers of JSON refuse the name; in the binary encoding the number
/// arrives without a meaning.
const UNKNOWN: Directions = Directions::new(Verdict::Break, Verdict::Ok);

fn removed(change: &EnumValueChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((number, names, free)) = gone(change) else { return };
    if free.is_empty() {
        let also = if names.len() == 1 { "name are" } else { "names are" };
        let message = format!(
            "value {number} {} was removed; its number and {also} reserved",
            listed(&names)
        );
        change.report(sink, message, UNKNOWN);
    }
}

fn removed_unreserved(change: &EnumValueChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((number, names, free)) = gone(change) else { return };
    let lacks = match &free[..] {
        [] => return,
        [one] => format!("{one} is not"),
        [number, rest @ ..] => format!("neither {number} nor {} is", rest.join(", ")),
    };
    let message = format!("value {number} {} was removed, and {lacks} reserved", listed(&names));
    change.report(sink, message, UNKNOWN);
}

/// Both sides of a number that stayed.
fn stayed<'v, 'a>(
    change: &'v EnumValueChange<'_, 'a>,
) -> Option<(&'v EnumValue<'a>, &'v EnumValue<'a>)> {
    let ([(_, old), ..], [(_, new), ..]) = (&change.old[..], &change.new[..]) else {
        return None;
    };
    (old.number == new.number).then_some((old, new))
}

fn has(enumeration: &Enum<'_>, name: &str) -> bool {
    enumeration.values.iter().any(|value| value.name == name)
}

fn renamed(change: &EnumValueChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = stayed(change) else { return };
    let (before, after) = (names(&change.old), names(&change.new));
    let lost: Vec<_> = before.iter().copied().filter(|name| !after.contains(name)).collect();
    // JSON is written with the first name, and read with any.
    let backward = if after.contains(&old.name) { Verdict::Ok } else { Verdict::Break };
    let forward = if before.contains(&new.name) { Verdict::Ok } else { Verdict::Break };
    let number = new.number;
    let (message, directions) = if backward == Verdict::Break || forward == Verdict::Break {
        let message = if after.contains(&old.name) {
            format!("value {number} is written as `{}` and was written as `{}`", new.name, old.name)
        } else {
            format!("value {number} was renamed from {} to {}", listed(&lost), listed(&after))
        };
        (message, Directions::new(backward, forward))
    } else if lost.is_empty() {
        return;
    } else {
        let message = format!("value {number} `{}` lost its alias {}", new.name, listed(&lost));
        (message, Directions::new(Verdict::Conditional, Verdict::Ok))
    };
    let elsewhere = lost.iter().find(|name| has(change.cx.new.enumeration(change.new_enum), name));
    let why = elsewhere.map(|name| format!("`{name}` now names another number"));
    let finding = change.report(sink, message, directions);
    finding.why = why;
    if directions.backward == Verdict::Conditional {
        finding.level = Level::Warning;
    }
}

fn renumbered(change: &EnumValueChange<'_, '_>, sink: &mut Sink<'_>) {
    let ([(_, old), ..], [(_, new), ..]) = (&change.old[..], &change.new[..]) else { return };
    if old.number != new.number {
        let message =
            format!("value `{}` was renumbered from {} to {}", new.name, old.number, new.number);
        let first = |found: &Enum<'_>| found.values.first().map(|value| value.number);
        let defaults = [
            first(change.cx.old.enumeration(change.old_enum)) == Some(old.number),
            first(change.cx.new.enumeration(change.new_enum)) == Some(new.number),
        ];
        let finding = change.report(sink, message, Directions::BREAK);
        // JSON carries names, except for the default, which it leaves out.
        if !defaults.contains(&true) {
            finding.axes = vec![Axis::Wire, Axis::Source];
        }
    }
}

fn alias_order_changed(change: &EnumValueChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = stayed(change) else { return };
    let known = |values: Values<'_, '_>, name| values.iter().any(|(_, value)| value.name == name);
    if old.name != new.name && known(&change.old, new.name) && known(&change.new, old.name) {
        let message = format!(
            "value {} is written as `{}` in JSON and was written as `{}`",
            new.number, new.name, old.name
        );
        change.report(sink, message, Directions::new(Verdict::Ok, Verdict::Conditional));
    }
}

fn default_changed(change: &EnumChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let (old, new) = (change.cx.old.enumeration(old), change.cx.new.enumeration(new));
    let (Some(before), Some(after)) = (old.values.first(), new.values.first()) else { return };
    // A first value that was renumbered is told as that.
    let moved = before.name == after.name;
    if before.number != after.number && !moved {
        let message = format!(
            "the first value is {} `{}` and was {} `{}`",
            after.number, after.name, before.number, before.name
        );
        let finding = change.report(sink, message, Directions::BREAK);
        finding.axes = vec![Axis::Wire, Axis::Json, Axis::Source];
    }
}
