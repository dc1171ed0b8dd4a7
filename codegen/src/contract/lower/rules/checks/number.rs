//! Rules of numbers, of enums, and of durations and timestamps, which are
//! numbers of nanoseconds.

use prost_reflect::Value;

use super::reading::{Reading, Typed};
use super::{rule, words};
use crate::contract::model::{Check, Limit, Range, Rule};

/// Rules of whole numbers.
pub(super) fn wholes(reading: &mut Reading<'_, '_>, typed: &Typed) -> Vec<Rule> {
    let mut rules: Vec<Rule> = ranged(typed, whole, Check::Whole).into_iter().collect();
    for (name, value) in typed.set() {
        let list = wholes_of(&value);
        let shown = words::value(&value);
        rules.extend(match name.as_str() {
            "lt" | "lte" | "gt" | "gte" => None,
            "const" => {
                Some(rule(typed, &name, format!("must equal {shown}"), Check::WholeIn(list)))
            }
            "in" => Some(rule(typed, &name, words::in_list(&value), Check::WholeIn(list))),
            "not_in" => {
                Some(rule(typed, &name, words::not_in_list(&value), Check::WholeNotIn(list)))
            }
            "defined_only" => value.as_bool().unwrap_or_default().then(|| {
                let text = "value must be one of the defined enum values";
                rule(typed, &name, text, Check::Defined)
            }),
            "lt_now" => flag(&value, || rule(typed, &name, "must be less than now", Check::Past)),
            "gt_now" => {
                flag(&value, || rule(typed, &name, "must be greater than now", Check::Future))
            }
            "within" => {
                let text = format!("must be within {shown} of now");
                whole(&value).map(|nanos| rule(typed, &name, text, Check::Near(nanos)))
            }
            _ => {
                reading.unsupported(&name);
                None
            }
        });
    }
    rules
}

/// Rules of floating-point numbers.
pub(super) fn floats(reading: &mut Reading<'_, '_>, typed: &Typed) -> Vec<Rule> {
    let mut rules: Vec<Rule> = ranged(typed, float, Check::Float).into_iter().collect();
    for (name, value) in typed.set() {
        let list = floats_of(&value);
        let shown = words::value(&value);
        rules.extend(match name.as_str() {
            "lt" | "lte" | "gt" | "gte" if list.iter().any(|bound| bound.is_nan()) => {
                reading.wrong(&name, format!("`{name}` is no number"), None);
                None
            }
            "lt" | "lte" | "gt" | "gte" => None,
            "const" => {
                Some(rule(typed, &name, format!("must equal {shown}"), Check::FloatIn(list)))
            }
            "in" => Some(rule(typed, &name, words::in_list(&value), Check::FloatIn(list))),
            "not_in" => {
                Some(rule(typed, &name, words::not_in_list(&value), Check::FloatNotIn(list)))
            }
            "finite" => flag(&value, || rule(typed, &name, "must be finite", Check::Finite)),
            _ => {
                reading.unsupported(&name);
                None
            }
        });
    }
    rules
}

fn flag(value: &Value, rule: impl FnOnce() -> Rule) -> Option<Rule> {
    value.as_bool().unwrap_or_default().then(rule)
}

/// The one rule that a lower and an upper bound make.
fn ranged<T: PartialOrd + Copy>(
    typed: &Typed,
    read: fn(&Value) -> Option<T>,
    check: fn(Range<T>) -> Check,
) -> Option<Rule> {
    let bound = |open: &'static str, closed: &'static str| {
        let found = [(open, false), (closed, true)]
            .into_iter()
            .find_map(|(name, inclusive)| typed.get(name).map(|value| (name, inclusive, value)));
        found.and_then(|(name, inclusive, value)| {
            let number = read(&value)?;
            let limit = if inclusive { Limit::Closed(number) } else { Limit::Open(number) };
            Some((name, words::bound(name, &value), number, limit))
        })
    };
    let (id, text, range) = match (bound("gt", "gte"), bound("lt", "lte")) {
        (None, None) => return None,
        (Some((name, text, _, low)), None) => {
            (name.to_owned(), text, Range::within(low, Limit::None))
        }
        (None, Some((name, text, _, high))) => {
            (name.to_owned(), text, Range::within(Limit::None, high))
        }
        (Some((low_name, low_text, low, lower)), Some((high_name, high_text, high, upper))) => {
            let outside = high < low;
            let (id, word) = if outside { ("_exclusive", "or") } else { ("", "and") };
            let text = format!("{low_text} {word} {high_text}");
            let range = Range { low: lower, high: upper, outside };
            (format!("{low_name}_{high_name}{id}"), text, range)
        }
    };
    Some(rule(typed, &id, format!("must be {text}"), check(range)))
}

/// The number of a whole value, and of a duration or timestamp the nanoseconds.
fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::I32(number) | Value::EnumNumber(number) => Some(i128::from(*number)),
        Value::I64(number) => Some(i128::from(*number)),
        Value::U32(number) => Some(i128::from(*number)),
        Value::U64(number) => Some(i128::from(*number)),
        Value::Message(message) => words::time(message)
            .map(|(seconds, nanos)| i128::from(seconds) * 1_000_000_000 + i128::from(nanos)),
        _ => None,
    }
}

fn wholes_of(value: &Value) -> Vec<i128> {
    match value {
        Value::List(list) => list.iter().filter_map(whole).collect(),
        value => whole(value).into_iter().collect(),
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::F32(number) => Some(f64::from(*number)),
        Value::F64(number) => Some(*number),
        _ => None,
    }
}

fn floats_of(value: &Value) -> Vec<f64> {
    match value {
        Value::List(list) => list.iter().filter_map(float).collect(),
        value => float(value).into_iter().collect(),
    }
}
