//! Values around the limits that rules state, and a value as a rule of its
//! own, so that the comparison of rules answers whether they accept it.

use std::collections::BTreeSet;

use crate::compat::options::{Rules, VALIDATE};
use crate::compat::schema::{Cardinality, Field, Kind};
use crate::compat::witness::binary;
use crate::compat::witness::tree::{Slot, Value};
use crate::compat::witness::types::{Member, Types};

/// The longest text or list that is tried.
const LONGEST: usize = 300;

/// Whether rules hold conditions that only their evaluation understands.
pub(super) fn is_opaque(rules: &Rules<'_>) -> bool {
    rules
        .texts
        .keys()
        .any(|rule| rule.split('.').any(|part| part == "pattern" || part.starts_with("cel")))
}

/// What a field may hold, by what the rules of both sides name.
pub(super) fn candidates(
    types: &Types<'_, '_>,
    member: Member<'_, '_>,
    rules: [&Rules<'_>; 2],
) -> Vec<Slot> {
    let (numbers, words) = named(rules);
    let values = values(types, member.field, &numbers, &words);
    match member.cardinality {
        Cardinality::Map => Vec::new(),
        Cardinality::Repeated => {
            let lengths = lengths(&numbers).chain([1]).filter(|length| *length > 0);
            let lengths: BTreeSet<_> = lengths.collect();
            let lists = values.iter().flat_map(|value| {
                lengths.iter().map(move |&length| Slot::Many(vec![value.clone(); length]))
            });
            lists.collect()
        }
        cardinality => {
            let implicit = cardinality == Cardinality::Implicit;
            let values = values.into_iter().filter(|value| !(implicit && value.is_zero()));
            values.map(Slot::One).collect()
        }
    }
}

/// The numbers and the texts that rules name.
fn named(rules: [&Rules<'_>; 2]) -> (BTreeSet<i64>, Vec<String>) {
    let (mut numbers, mut words) = (BTreeSet::from([0]), Vec::new());
    for text in rules.into_iter().flat_map(|rules| rules.texts.values()) {
        let inside = text.trim_start_matches('[').trim_end_matches(']');
        for part in inside.split(", ") {
            match part.strip_prefix('"').and_then(|part| part.strip_suffix('"')) {
                Some(word) => words.push(word.to_owned()),
                None => numbers.extend(whole(part)),
            }
        }
    }
    let around = numbers.iter().flat_map(|n| [n.saturating_sub(1), *n, n.saturating_add(1)]);
    (around.collect(), words)
}

#[expect(clippy::cast_possible_truncation, reason = "a limit near enough is enough")]
fn whole(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| text.parse::<f64>().ok().map(|value| value as i64))
}

fn lengths(numbers: &BTreeSet<i64>) -> impl Iterator<Item = usize> + '_ {
    let lengths = numbers.iter().filter_map(|number| usize::try_from(*number).ok());
    lengths.filter(|length| *length <= LONGEST)
}

#[expect(clippy::cast_precision_loss, reason = "a limit near enough is enough")]
fn values(
    types: &Types<'_, '_>,
    field: &Field<'_>,
    numbers: &BTreeSet<i64>,
    words: &[String],
) -> Vec<Value> {
    let whole = |least: i64, most: i64| {
        numbers.iter().copied().filter(move |number| (least..=most).contains(number))
    };
    match field.kind {
        Kind::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            whole(i32::MIN.into(), i32::MAX.into()).map(Value::Int).collect()
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            whole(i64::MIN, i64::MAX).map(Value::Int).collect()
        }
        Kind::Uint32 | Kind::Fixed32 => {
            whole(0, u32::MAX.into()).map(|n| Value::Uint(n.unsigned_abs())).collect()
        }
        Kind::Uint64 | Kind::Fixed64 => {
            whole(0, i64::MAX).map(|n| Value::Uint(n.unsigned_abs())).collect()
        }
        Kind::Float => numbers.iter().map(|n| Value::Float(*n as f32)).collect(),
        Kind::Double => numbers.iter().map(|n| Value::Double(*n as f64)).collect(),
        Kind::Enum => {
            let declared = types.enum_of(field).map(|found| &found.values[..]).unwrap_or_default();
            declared.iter().map(|value| Value::Enum(value.number)).collect()
        }
        Kind::String => texts(numbers, words).into_iter().map(Value::String).collect(),
        Kind::Bytes => texts(numbers, words).into_iter().map(Value::Bytes).collect(),
        Kind::Message | Kind::Group => Vec::new(),
    }
}

/// The words of rules, texts of the lengths they name, and both together.
fn texts(numbers: &BTreeSet<i64>, words: &[String]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = words.iter().map(|word| word.clone().into_bytes()).collect();
    for length in lengths(numbers) {
        found.push(vec![b'a'; length]);
        for word in words.iter().filter(|word| word.len() < length) {
            let fill = "a".repeat(length - word.len());
            found.push(format!("{word}{fill}").into_bytes());
            found.push(format!("{fill}{word}").into_bytes());
        }
    }
    found
}

/// Field options whose rules accept this and nothing else.
pub(super) fn only(field: &Field<'_>, slot: &Slot) -> Option<Vec<u8>> {
    let rules = match slot {
        Slot::One(value) => constant(field.kind, value)?,
        Slot::Many(values) => {
            let count = Value::Uint(values.len() as u64);
            let mut list = binary::field_of(1, Kind::Uint64, &count);
            list.extend(binary::field_of(2, Kind::Uint64, &count));
            list.extend(nested(4, &constant(field.kind, values.first()?)?));
            nested(18, &list)
        }
        Slot::Map(_) => return None,
    };
    Some(nested(VALIDATE.cast_signed(), &rules))
}

/// `FieldRules` that accept one value.
fn constant(kind: Kind, value: &Value) -> Option<Vec<u8>> {
    let family = match kind {
        Kind::Float => 1,
        Kind::Double => 2,
        Kind::Int32 => 3,
        Kind::Int64 => 4,
        Kind::Uint32 => 5,
        Kind::Uint64 => 6,
        Kind::Sint32 => 7,
        Kind::Sint64 => 8,
        Kind::Fixed32 => 9,
        Kind::Fixed64 => 10,
        Kind::Sfixed32 => 11,
        Kind::Sfixed64 => 12,
        Kind::Bool => 13,
        Kind::String => 14,
        Kind::Bytes => 15,
        Kind::Enum => 16,
        Kind::Message | Kind::Group => return None,
    };
    Some(nested(family, &binary::field_of(1, kind, value)))
}

fn nested(number: i32, bytes: &[u8]) -> Vec<u8> {
    binary::field_of(number, Kind::Bytes, &Value::Bytes(bytes.to_vec()))
}
