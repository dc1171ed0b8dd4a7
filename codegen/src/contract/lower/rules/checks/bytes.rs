//! Rules of bytes.

use prost_reflect::Value;

use super::reading::{Reading, Typed};
use super::text::{not_empty, pattern, sized};
use super::{rule, words};
use crate::contract::model::{Check, Rule};

/// The flags of well-known forms: the name, what a value must be, its lengths.
const FORMATS: &[(&str, &str, &[usize])] = &[
    ("ip", "IP address", &[4, 16]),
    ("ipv4", "IPv4 address", &[4]),
    ("ipv6", "IPv6 address", &[16]),
    ("uuid", "UUID", &[16]),
];

pub(super) fn rules(reading: &mut Reading<'_, '_>, typed: &Typed) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (name, value) in typed.set() {
        let known = plain(typed, &name, &value).map(|rule| vec![rule]);
        match (name.as_str(), known.or_else(|| format(typed, &name, &value))) {
            ("pattern", _) => rules.extend(pattern(reading, typed, &value)),
            (_, Some(found)) => rules.extend(found),
            (name, None) => reading.unsupported(name),
        }
    }
    rules
}

fn plain(typed: &Typed, name: &str, value: &Value) -> Option<Rule> {
    if let Some((text, range)) = value.as_u64().and_then(|number| sized(name, number)) {
        return Some(rule(typed, name, format!("must be {text} bytes"), Check::Bytes(range)));
    }
    let part = || value.as_bytes().map(|bytes| bytes.to_vec()).unwrap_or_default();
    let list = || {
        let list = value.as_list().unwrap_or_default();
        list.iter().filter_map(|item| Some(item.as_bytes()?.to_vec())).collect()
    };
    let hex = words::hex(&part());
    let (text, check) = match name {
        "const" => (format!("must be {hex}"), Check::BytesIn(vec![part()])),
        "in" => (words::in_list(value), Check::BytesIn(list())),
        "not_in" => (words::not_in_list(value), Check::BytesNotIn(list())),
        "prefix" => (format!("does not have prefix {hex}"), Check::Prefix(part())),
        "suffix" => (format!("does not have suffix {hex}"), Check::Suffix(part())),
        "contains" => (format!("does not contain {hex}"), Check::Contains(part())),
        _ => return None,
    };
    Some(rule(typed, name, text, check))
}

fn format(typed: &Typed, name: &str, value: &Value) -> Option<Vec<Rule>> {
    let (_, what, lengths) = FORMATS.iter().find(|row| row.0 == name)?;
    if !value.as_bool().unwrap_or_default() {
        return Some(Vec::new());
    }
    let text = format!("must be a valid {what}");
    Some(vec![rule(typed, name, text, Check::Lengths(lengths)), not_empty(typed, name, what)])
}
