//! Enums that kept their name, and their values.

use crate::compat::anchor::out::Out;
use crate::compat::anchor::pairs::Pair;
use crate::compat::anchor::quote::{quoted, quoted_list};
use crate::compat::anchor::view::View;
use crate::compat::schema::{Enum, EnumId};

use super::messages::{Unless, json_format_name};

pub(in crate::compat::anchor) fn openness(pair: Pair<EnumId>, out: &mut Out<'_, '_, '_>) {
    let (old, new) = both(pair, out);
    if old.features.closed_enum != new.features.closed_enum {
        let state = |closed| if closed { "closed" } else { "open" };
        let message = format!(
            "Enum {} changed from {} to {}.",
            quoted(new.name),
            state(old.features.closed_enum),
            state(new.features.closed_enum)
        );
        feature(pair, 2, message, out);
    }
}

pub(in crate::compat::anchor) fn json_format(pair: Pair<EnumId>, out: &mut Out<'_, '_, '_>) {
    let (old, new) = both(pair, out);
    if old.features.json_allowed && !new.features.json_allowed {
        let message = format!(
            "Enum {} JSON format support changed from {} to {}.",
            quoted(new.name),
            json_format_name(true),
            json_format_name(false)
        );
        feature(pair, 6, message, out);
    }
}

/// A finding at a feature of the enum, or at the enum.
fn feature(pair: Pair<EnumId>, tag: i32, message: String, out: &mut Out<'_, '_, '_>) {
    let place = |view: View<'_, '_>, id| {
        View::feature([3, 7], &[tag], |sub| view.enum_part(id, sub))
            .or_else(|| view.enum_part(id, &[]))
    };
    let views = out.views;
    let fallback = views.new.schema.enumeration(pair.new).scope.file;
    out.add(message, place(views.new, pair.new), fallback, place(views.old, pair.old));
}

pub(in crate::compat::anchor) fn values_deleted(pair: Pair<EnumId>, out: &mut Out<'_, '_, '_>) {
    deleted(pair, Unless::Never, out);
}

pub(in crate::compat::anchor) fn values_deleted_unless_name(
    pair: Pair<EnumId>,
    out: &mut Out<'_, '_, '_>,
) {
    deleted(pair, Unless::NameReserved, out);
}

pub(in crate::compat::anchor) fn values_deleted_unless_number(
    pair: Pair<EnumId>,
    out: &mut Out<'_, '_, '_>,
) {
    deleted(pair, Unless::NumberReserved, out);
}

fn deleted(pair: Pair<EnumId>, unless: Unless, out: &mut Out<'_, '_, '_>) {
    let (old, new) = both(pair, out);
    for number in numbers(old) {
        if new.values.iter().any(|value| value.number == number) {
            continue;
        }
        let names = names_of(old, number);
        let reserved = |name: &&str| new.reserved_names.contains(name);
        let (allowed, suffix) = match unless {
            Unless::Never => (false, String::new()),
            Unless::NameReserved => {
                let plural = if names.len() > 1 { "s" } else { "" };
                let names_quoted = quoted_list(&names);
                let suffix = format!(" without reserving the name{plural} {names_quoted}");
                (names.iter().all(reserved), suffix)
            }
            Unless::NumberReserved => {
                let holds = |range: &&_| Unless::holds(**range, number);
                let suffix = format!(" without reserving the number \"{number}\"");
                (new.reserved.iter().any(|range| holds(&range)), suffix)
            }
        };
        if !allowed {
            let name = quoted(new.name);
            out.on_enum(
                pair,
                format!(
                    "Previously present enum value \"{number}\" on enum {name} was deleted{suffix}."
                ),
            );
        }
    }
}

pub(in crate::compat::anchor) fn value_names(pair: Pair<EnumId>, out: &mut Out<'_, '_, '_>) {
    let (old, new) = both(pair, out);
    let views = out.views;
    for number in numbers(old) {
        let (old_names, new_names) = (names_of(old, number), names_of(new, number));
        if new_names.is_empty() || old_names.iter().all(|name| new_names.contains(name)) {
            continue;
        }
        let plural = if old_names.len() > 1 && new_names.len() > 1 { "s" } else { "" };
        let message = format!(
            "Enum value \"{number}\" on enum {} changed name{plural} from {} to {}.",
            quoted(new.name),
            quoted_list(&old_names),
            quoted_list(&new_names)
        );
        for (index, value) in new.values.iter().enumerate().filter(|(_, v)| v.number == number) {
            let at = |view: View<'_, '_>, id, index: usize| {
                view.enum_part(id, &[2, i32::try_from(index).unwrap_or(i32::MAX), 2])
            };
            let kept = old.values.iter().position(|v| v.number == number && v.name == value.name);
            let before = kept.and_then(|index| at(views.old, pair.old, index));
            out.add(message.clone(), at(views.new, pair.new, index), new.scope.file, before);
        }
    }
}

/// The numbers in use, each once.
fn numbers(found: &Enum<'_>) -> Vec<i32> {
    let mut numbers: Vec<_> = found.values.iter().map(|value| value.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The names of a number, sorted.
fn names_of<'a>(found: &Enum<'a>, number: i32) -> Vec<&'a str> {
    let values = found.values.iter().filter(|value| value.number == number);
    let mut names: Vec<_> = values.map(|value| value.name).collect();
    names.sort_unstable();
    names
}

fn both<'c, 'a>(pair: Pair<EnumId>, out: &Out<'_, 'c, 'a>) -> (&'c Enum<'a>, &'c Enum<'a>) {
    let views = out.views;
    (views.old.schema.enumeration(pair.old), views.new.schema.enumeration(pair.new))
}

impl Out<'_, '_, '_> {
    /// A finding at an enum.
    pub(super) fn on_enum(&mut self, pair: Pair<EnumId>, message: String) {
        let views = self.views;
        let file = views.new.schema.enumeration(pair.new).scope.file;
        let (new, old) = (views.new.enum_part(pair.new, &[]), views.old.enum_part(pair.old, &[]));
        self.add(message, new, file, old);
    }
}
