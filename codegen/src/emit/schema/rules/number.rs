//! Bounds of numbers, durations and timestamps.

use serde_json::{Value, json};

use super::super::value::Constrained;
use super::show;
use crate::contract::{Bound, Kind, Rules};

/// Whether JSON has the kind as a text of digits.
pub(super) fn is_long(kind: &Kind) -> bool {
    matches!(kind, Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 | Kind::Uint64 | Kind::Fixed64)
}

/// Takes NaN and the infinities out of an exact schema of a float.
pub(super) fn finite(schema: &mut Value) {
    if let Some(number) = schema.pointer("/anyOf/0").cloned() {
        let null = schema.pointer("/anyOf/2").is_some();
        *schema = number;
        if null {
            schema["type"] = json!(["number", "null"]);
        }
    }
}

/// Bounds as keywords, next to the type that they constrain.
pub(super) fn constrain(it: &mut Constrained, rules: &Rules) {
    if is_outside(rules) {
        return bounds_in_words(it, rules);
    }
    let target = if it.schema.get("anyOf").is_some() {
        it.schema.pointer_mut("/anyOf/0")
    } else {
        Some(&mut it.schema)
    };
    if let Some(target) = target {
        keywords(target, rules, &|bound| bound.value.as_number().map(|number| json!(number)));
    }
}

/// Bounds of 64-bit integers, for those who write them as numbers.
pub(super) fn constrain_both(schema: &mut Value, rules: &Rules) {
    if !is_outside(rules) {
        keywords(schema, rules, &|bound| {
            let text = bound.value.as_str()?;
            text.parse::<i64>()
                .map(Value::from)
                .or_else(|_| text.parse::<u64>().map(Value::from))
                .ok()
        });
    }
}

fn keywords(schema: &mut Value, rules: &Rules, number: &dyn Fn(&Bound) -> Option<Value>) {
    for (bound, inclusive, exclusive) in [
        (&rules.lower, "minimum", "exclusiveMinimum"),
        (&rules.upper, "maximum", "exclusiveMaximum"),
    ] {
        let Some((bound, value)) = bound.as_ref().and_then(|b| Some((b, number(b)?))) else {
            continue;
        };
        let Some(schema) = schema.as_object_mut() else { continue };
        if bound.inclusive {
            schema.insert(inclusive.to_owned(), value);
        } else {
            // The bound of the type lies outside of this one.
            schema.remove(inclusive);
            schema.insert(exclusive.to_owned(), value);
        }
    }
}

/// Bounds of what no keyword compares.
pub(super) fn bounds_in_words(it: &mut Constrained, rules: &Rules) {
    let lower = rules.lower.as_ref().map(|bound| {
        format!("{} {}", if bound.inclusive { "at least" } else { "more than" }, show(&bound.value))
    });
    let upper = rules.upper.as_ref().map(|bound| {
        format!("{} {}", if bound.inclusive { "at most" } else { "less than" }, show(&bound.value))
    });
    match (lower, upper) {
        (Some(lower), Some(upper)) if is_outside(rules) => {
            it.notes.push(format!("{lower} or {upper}"));
        }
        (lower, upper) => it.notes.extend(lower.into_iter().chain(upper)),
    }
}

/// Whether the lower bound lies above the upper one: what is beyond either of
/// them is meant. Durations and timestamps compare as texts only if both have
/// one length, which words need not care about.
fn is_outside(rules: &Rules) -> bool {
    let (Some(lower), Some(upper)) = (&rules.lower, &rules.upper) else { return false };
    let number = |value: &Value| {
        value.as_f64().or_else(|| value.as_str()?.trim_end_matches('s').parse::<f64>().ok())
    };
    match (number(&lower.value), number(&upper.value)) {
        (Some(lower), Some(upper)) => lower > upper,
        _ => lower.value.as_str() > upper.value.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(lower: Value, upper: Value) -> Rules {
        let bound = |value, inclusive| Some(Bound { value, inclusive });
        Rules { lower: bound(lower, false), upper: bound(upper, true), ..Rules::default() }
    }

    fn constrained(rules: &Rules) -> Constrained {
        let schema = json!({ "type": "integer", "minimum": 0, "maximum": 9 });
        let mut it = Constrained { schema, notes: Vec::new() };
        constrain(&mut it, rules);
        it
    }

    #[test]
    fn an_exclusive_bound_takes_the_place_of_the_types_own() {
        let expected = json!({ "type": "integer", "exclusiveMinimum": 3, "maximum": 5 });
        assert_eq!(constrained(&rules(json!(3), json!(5))).schema, expected);
    }

    #[test]
    fn bounds_that_cross_are_told_in_words() {
        let it = constrained(&rules(json!(5), json!(3)));
        assert_eq!(it.schema["maximum"], 9);
        assert_eq!(it.notes, ["more than `5` or at most `3`"]);
    }
}
