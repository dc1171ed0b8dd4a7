//! Numbers and names that are kept free: what was reserved, or left to
//! extensions, has to stay covered, however it is cut into ranges.

use crate::compat::anchor::out::Out;
use crate::compat::anchor::pairs::Pair;
use crate::compat::anchor::quote::quoted;
use crate::compat::schema::{EnumId, MessageId, Numbers};

use super::messages::both;

/// The highest number of a field.
const MAX_FIELD: i32 = 536_870_911;

/// What has the ranges, as messages call it.
struct Element {
    kind: &'static str,
    name: String,
    /// What `max` stands for.
    max: i32,
}

impl Element {
    fn shown(&self, range: Numbers) -> String {
        if range.first == range.last {
            format!("[{}]", range.first)
        } else if range.last == self.max {
            format!("[{},max]", range.first)
        } else {
            format!("[{},{}]", range.first, range.last)
        }
    }

    fn damaged(&self, sort: &str, old: &[Numbers], new: &[Numbers]) -> Vec<String> {
        let cover = merged(new);
        let damaged = old.iter().filter_map(|&range| {
            let missing = missing(range, &cover);
            let removed: Vec<_> = missing.into_iter().map(|range| self.shown(range)).collect();
            (!removed.is_empty()).then(|| {
                format!(
                    "Previously present {sort} range \"{}\" on {} {} is missing values: {} were \
                     removed.",
                    self.shown(range),
                    self.kind,
                    self.name,
                    removed.join(", ")
                )
            })
        });
        damaged.collect()
    }

    fn lost_names(&self, old: &[&str], new: &[&str]) -> Vec<String> {
        let lost = old.iter().filter(|name| !new.contains(name));
        let message = |name: &&str| {
            let name = quoted(name);
            format!(
                "Previously present reserved name {name} on {} {} was deleted.",
                self.kind, self.name
            )
        };
        lost.map(message).collect()
    }
}

pub(in crate::compat::anchor) fn extension_ranges(
    pair: Pair<MessageId>,
    out: &mut Out<'_, '_, '_>,
) {
    let (old, new) = both(pair, out);
    let element = Element { kind: "message", name: quoted(new.name), max: MAX_FIELD };
    for message in element.damaged("extension", &old.extension_ranges, &new.extension_ranges) {
        out.on_message(pair, message);
    }
}

pub(in crate::compat::anchor) fn reserved_in_message(
    pair: Pair<MessageId>,
    out: &mut Out<'_, '_, '_>,
) {
    let (old, new) = both(pair, out);
    let element = Element { kind: "message", name: quoted(new.name), max: MAX_FIELD };
    let mut messages = element.damaged("reserved", &old.reserved, &new.reserved);
    messages.extend(element.lost_names(&old.reserved_names, &new.reserved_names));
    for message in messages {
        out.on_message(pair, message);
    }
}

pub(in crate::compat::anchor) fn reserved_in_enum(pair: Pair<EnumId>, out: &mut Out<'_, '_, '_>) {
    let old = out.views.old.schema.enumeration(pair.old);
    let new = out.views.new.schema.enumeration(pair.new);
    let element = Element { kind: "enum", name: quoted(new.name), max: i32::MAX };
    let mut messages = element.damaged("reserved", &old.reserved, &new.reserved);
    messages.extend(element.lost_names(&old.reserved_names, &new.reserved_names));
    for message in messages {
        out.on_enum(pair, message);
    }
}

/// The same numbers in as few ranges as possible, sorted.
fn merged(ranges: &[Numbers]) -> Vec<Numbers> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut out: Vec<Numbers> = Vec::new();
    for range in sorted {
        match out.last_mut() {
            Some(last) if range.first <= last.last.saturating_add(1) => {
                last.last = last.last.max(range.last);
            }
            _ => out.push(range),
        }
    }
    out
}

/// What of a range lies outside all of these.
fn missing(range: Numbers, cover: &[Numbers]) -> Vec<Numbers> {
    let mut out = Vec::new();
    let mut first = range.first;
    for part in cover.iter().filter(|p| p.last >= range.first && p.first <= range.last) {
        if first < part.first {
            out.push(Numbers { first, last: part.first - 1 });
        }
        if part.last >= range.last {
            return out;
        }
        first = part.last + 1;
    }
    if first <= range.last {
        out.push(Numbers { first, last: range.last });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(pairs: &[(i32, i32)]) -> Vec<Numbers> {
        pairs.iter().map(|&(first, last)| Numbers { first, last }).collect()
    }

    #[test]
    fn neighbours_and_overlaps_merge() {
        assert_eq!(merged(&ranges(&[(5, 9), (1, 2), (3, 4), (20, 20)])), {
            ranges(&[(1, 9), (20, 20)])
        });
        assert_eq!(merged(&ranges(&[(1, i32::MAX), (2, 3)])), ranges(&[(1, i32::MAX)]));
    }

    #[test]
    fn what_is_missing_is_told_part_by_part() {
        let cover = ranges(&[(2, 3), (6, 7)]);
        let of = |first, last| missing(Numbers { first, last }, &cover);
        assert_eq!(of(1, 9), ranges(&[(1, 1), (4, 5), (8, 9)]));
        assert_eq!(of(2, 3), ranges(&[]));
        assert_eq!(of(8, 9), ranges(&[(8, 9)]));
    }
}
