//! Whether one rule holds for one value. A value of a type that the rule does
//! not know fails: generation refuses such rules.

use prost_types::FieldMask;

use super::{Check, List, Map, Value, View, calendar, unique};
use crate::codec::Kind;

/// Whether a rule of a field or of an element holds.
pub(super) fn holds(check: &Check, view: View<'_>, kind: &Kind) -> bool {
    match (check, view) {
        (Check::Count(range), View::List(list)) => range.holds(List::len(list) as u64),
        (Check::Count(range), View::Map(map)) => range.holds(Map::len(map) as u64),
        (Check::Unique, View::List(list)) => unique::unique(list),
        (_, View::One(value)) => one(check, value, kind),
        _ => false,
    }
}

fn one(check: &Check, value: Value<'_>, kind: &Kind) -> bool {
    match value {
        Value::Bool(value) => matches!(check, Check::Bool(wanted) if *wanted == value),
        Value::Int(value) => whole(check, i128::from(value), kind),
        Value::Uint(value) => whole(check, i128::from(value), kind),
        Value::Duration(value) => whole(check, calendar::duration(value), kind),
        Value::Timestamp(value) => instant(check, calendar::timestamp(value), kind),
        Value::Float(value) => float(check, value),
        Value::Text(text) => self::text(check, text),
        Value::Bytes(bytes) => self::bytes(check, bytes),
        Value::Any(any) => match check {
            Check::TypeIn(types) => types.contains(&any.type_url.as_str()),
            Check::TypeNotIn(types) => !types.contains(&any.type_url.as_str()),
            _ => false,
        },
        Value::Mask(mask) => self::mask(check, mask),
        Value::Message(_) => false,
    }
}

fn whole(check: &Check, value: i128, kind: &Kind) -> bool {
    match check {
        Check::Whole(range) => range.holds(value),
        Check::WholeIn(list) => list.contains(&value),
        Check::WholeNotIn(list) => !list.contains(&value),
        Check::Defined => match kind {
            Kind::Enum(of) => of.values.iter().any(|known| i128::from(known.number) == value),
            _ => false,
        },
        _ => false,
    }
}

fn instant(check: &Check, value: i128, kind: &Kind) -> bool {
    match check {
        Check::Past => value <= calendar::now(),
        Check::Future => value >= calendar::now(),
        Check::Near(distance) => (value - calendar::now()).abs() <= *distance,
        check => whole(check, value, kind),
    }
}

fn float(check: &Check, value: f64) -> bool {
    match check {
        Check::Float(range) => range.holds(value),
        Check::FloatIn(list) => list.contains(&value),
        Check::FloatNotIn(list) => !list.contains(&value),
        Check::Finite => value.is_finite(),
        _ => false,
    }
}

fn text(check: &Check, text: &str) -> bool {
    match check {
        Check::Characters(range) => range.holds(text.chars().count() as u64),
        Check::Format(format) => format.holds(text),
        check => bytes(check, text.as_bytes()),
    }
}

fn bytes(check: &Check, bytes: &[u8]) -> bool {
    match check {
        Check::Bytes(range) => range.holds(bytes.len() as u64),
        Check::BytesIn(list) => list.contains(&bytes),
        Check::BytesNotIn(list) => !list.contains(&bytes),
        Check::Prefix(prefix) => bytes.starts_with(prefix),
        Check::Suffix(suffix) => bytes.ends_with(suffix),
        Check::Contains(part) => contains(bytes, part),
        Check::NotContains(part) => !contains(bytes, part),
        Check::Lengths(lengths) => bytes.is_empty() || lengths.contains(&bytes.len()),
        #[cfg(feature = "pattern")]
        Check::Pattern(pattern) => pattern.matches(bytes),
        _ => false,
    }
}

pub(super) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    part.is_empty() || bytes.windows(part.len()).any(|window| window == part)
}

fn mask(check: &Check, mask: &FieldMask) -> bool {
    let under = |path: &String, known: &&str| {
        path.strip_prefix(*known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    match check {
        Check::MaskIs(paths) => mask.paths == **paths,
        Check::MaskIn(known) => {
            mask.paths.iter().all(|path| known.iter().any(|known| under(path, known)))
        }
        Check::MaskNotIn(known) => {
            !mask.paths.iter().any(|path| known.iter().any(|known| under(path, known)))
        }
        _ => false,
    }
}
