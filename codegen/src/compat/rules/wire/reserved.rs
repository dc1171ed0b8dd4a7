//! Numbers and names that are kept from use, and ranges left to extensions.
//! No compiler is relied on: some accept the use of what is reserved.

use crate::compat::finding::{Axis, Directions, Finding, Level, Verdict};
use crate::compat::pair::{Comparison, EnumChange, FieldChange, MessageChange};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{Enum, Message, Numbers};

use super::fields::reserved;

pub(super) const REMOVED: Rule = row! {
    wire "reserved-removed": Error [Wire, Json] B Ok F Ok,
    anchor ["RESERVED_MESSAGE_NO_DELETE", "RESERVED_ENUM_NO_DELETE"],
    "a number or a name is no longer reserved, so that it can be used again",
    Check::Whole(removed)
};

pub(super) const REUSED: Rule = row! {
    wire "reserved-reused": Error [Wire, Json] B Break F Ok,
    anchor ["RESERVED_MESSAGE_NO_DELETE", "RESERVED_ENUM_NO_DELETE"],
    "something new has a number or a name that was reserved",
    Check::Whole(reused)
};

pub(super) const EXTENSION_RANGE: Rule = row! {
    wire "extension-range-shrunk": Error [Wire, Source] B Lossy F Ok,
    anchor ["EXTENSION_MESSAGE_NO_DELETE"],
    "numbers are no longer left to extensions",
    Check::Message(range_shrunk)
};

/// The parts of the old ranges that the new ones do not cover, merged.
fn uncovered(old: &[Numbers], new: &[Numbers]) -> Vec<Numbers> {
    let mut cover = new.to_vec();
    cover.sort_unstable();
    let mut left = Vec::new();
    for range in merged(old) {
        let mut first = i64::from(range.first);
        for taken in &cover {
            if i64::from(taken.last) < first || taken.first > range.last {
                continue;
            }
            if i64::from(taken.first) > first {
                left.push(numbers(first, i64::from(taken.first) - 1));
            }
            first = first.max(i64::from(taken.last) + 1);
        }
        if first <= i64::from(range.last) {
            left.push(numbers(first, i64::from(range.last)));
        }
    }
    left
}

fn merged(ranges: &[Numbers]) -> Vec<Numbers> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<Numbers> = Vec::new();
    for range in sorted {
        match merged.last_mut() {
            Some(last) if i64::from(range.first) <= i64::from(last.last) + 1 => {
                last.last = last.last.max(range.last);
            }
            _ => merged.push(range),
        }
    }
    merged
}

fn numbers(first: i64, last: i64) -> Numbers {
    let cut = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
    Numbers { first: cut(first), last: cut(last) }
}

fn listed(ranges: &[Numbers], names: &[&str]) -> String {
    let ranges = ranges.iter().map(|range| match (range.first, range.last) {
        (first, last) if first == last => format!("{first}"),
        (first, last) => format!("{first} to {last}"),
    });
    ranges.chain(names.iter().map(|name| format!("`{name}`"))).collect::<Vec<_>>().join(", ")
}

/// What a message or an enum keeps from use, and what it uses.
struct Kept<'m, 'a> {
    ranges: &'m [Numbers],
    names: &'m [&'a str],
    used: Vec<(i32, &'a str)>,
}

impl<'m, 'a> Kept<'m, 'a> {
    fn of_message(message: &'m Message<'a>) -> Self {
        Self {
            ranges: &message.reserved,
            names: &message.reserved_names,
            used: message.fields.iter().map(|field| (field.number, field.name)).collect(),
        }
    }

    fn of_enum(enumeration: &'m Enum<'a>) -> Self {
        Self {
            ranges: &enumeration.reserved,
            names: &enumeration.reserved_names,
            used: enumeration.values.iter().map(|value| (value.number, value.name)).collect(),
        }
    }
}

/// What is free again. What is used again already is the other rule's.
fn freed(old: &Kept<'_, '_>, new: &Kept<'_, '_>) -> Option<(String, Vec<Axis>)> {
    let used: Vec<_> =
        new.used.iter().map(|&(number, _)| Numbers { first: number, last: number }).collect();
    let cover: Vec<_> = new.ranges.iter().copied().chain(used).collect();
    let ranges = uncovered(old.ranges, &cover);
    let names: Vec<_> = old
        .names
        .iter()
        .copied()
        .filter(|name| !new.names.contains(name) && !new.used.iter().any(|used| used.1 == *name))
        .collect();
    let axes = axes(!ranges.is_empty(), !names.is_empty());
    let are = if ranges.len() + names.len() == 1 && ranges.iter().all(|r| r.first == r.last) {
        "is"
    } else {
        "are"
    };
    (!axes.is_empty())
        .then(|| (format!("{} {are} no longer reserved", listed(&ranges, &names)), axes))
}

fn axes(numbers: bool, names: bool) -> Vec<Axis> {
    let hit = [(numbers, Axis::Wire), (names, Axis::Json)];
    hit.into_iter().filter(|(hit, _)| *hit).map(|(_, axis)| axis).collect()
}

fn removed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for &change in &cx.messages {
        let Some((old, new)) = change.kept() else { continue };
        let (old, new) = (cx.old.message(old), cx.new.message(new));
        if let Some((message, axes)) = freed(&Kept::of_message(old), &Kept::of_message(new)) {
            MessageChange { cx, change }.report(sink, message, Directions::OK).axes = axes;
        }
    }
    for &change in &cx.enums {
        let Some((old, new)) = change.kept() else { continue };
        let (old, new) = (cx.old.enumeration(old), cx.new.enumeration(new));
        if let Some((message, axes)) = freed(&Kept::of_enum(old), &Kept::of_enum(new)) {
            EnumChange { cx, change }.report(sink, message, Directions::OK).axes = axes;
        }
    }
}

/// What a new member takes that was kept from use, on either side.
fn taken(
    (number, name): (i32, &str),
    before: Option<(i32, &str)>,
    old: &Kept<'_, '_>,
    new: &Kept<'_, '_>,
) -> Option<(String, Vec<Axis>)> {
    let had = |same: bool| before.is_some() && same;
    let by_number = !had(before.is_some_and(|before| before.0 == number))
        && (reserved(old.ranges, number) || reserved(new.ranges, number));
    let by_name = !had(before.is_some_and(|before| before.1 == name))
        && (old.names.contains(&name) || new.names.contains(&name));
    let told = match (by_number, by_name) {
        (true, true) => format!("the number {number} and the name `{name}` are"),
        (true, false) => format!("the number {number}, which `{name}` has, is"),
        (false, true) => format!("the name `{name}`, which {number} has, is"),
        (false, false) => return None,
    };
    Some((format!("{told} used again after being reserved"), axes(by_number, by_name)))
}

/// Data from before the reservation is read as what the number or the name
/// means now.
const MISREAD: Directions = Directions::new(Verdict::Break, Verdict::Ok);

fn mark(finding: &mut Finding, axes: Vec<Axis>) {
    finding.level = Level::Error;
    finding.axes = axes;
}

fn reused(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for &(old_message, new_message) in cx.changed_messages() {
        let (old, new) = (cx.old.message(old_message), cx.new.message(new_message));
        let (old_kept, new_kept) = (Kept::of_message(old), Kept::of_message(new));
        if old_kept.ranges.is_empty()
            && old_kept.names.is_empty()
            && new_kept.ranges.is_empty()
            && new_kept.names.is_empty()
        {
            continue;
        }
        for change in cx.fields(old, new) {
            let Some(field) = change.after() else { continue };
            let before = change.before().map(|field| (field.number, field.name));
            let found = taken((field.number, field.name), before, &old_kept, &new_kept);
            if let Some((message, axes)) = found {
                let pair = FieldChange { cx, old_message, new_message, change };
                mark(pair.report(sink, message, MISREAD), axes);
            }
        }
    }
    reused_in_enums(cx, sink);
}

fn reused_in_enums(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    for &change in &cx.enums {
        let Some((old, new)) = change.kept() else { continue };
        let (old, new) = (cx.old.enumeration(old), cx.new.enumeration(new));
        let (old_kept, new_kept) = (Kept::of_enum(old), Kept::of_enum(new));
        for value in &new.values {
            // A value that was there under this number, or else this name.
            let known = |same: fn(&(i32, &str), &(i32, &str)) -> bool| {
                old_kept.used.iter().copied().find(|had| same(had, &(value.number, value.name)))
            };
            let before = known(|a, b| a == b)
                .or_else(|| known(|a, b| a.0 == b.0))
                .or_else(|| known(|a, b| a.1 == b.1));
            let found = taken((value.number, value.name), before, &old_kept, &new_kept);
            if let Some((message, axes)) = found {
                let pair = EnumChange { cx, change };
                mark(pair.report(sink, message, MISREAD), axes);
            }
        }
    }
}

fn range_shrunk(change: &MessageChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let (old, new) = (change.cx.old.message(old), change.cx.new.message(new));
    let lost = uncovered(&old.extension_ranges, &new.extension_ranges);
    if !lost.is_empty() {
        let many = if lost.len() == 1 && lost[0].first == lost[0].last { "is" } else { "are" };
        let message = format!("{} {many} no longer left to extensions", listed(&lost, &[]));
        change.report(sink, message, Directions::new(Verdict::Lossy, Verdict::Ok));
    }
}
