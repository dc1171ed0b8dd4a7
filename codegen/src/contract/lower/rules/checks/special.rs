//! Rules of lists, maps, booleans, `Any` and field masks.

use prost_reflect::{FieldDescriptor, Kind, Value};

use super::reading::{Reading, Typed, strings, texts};
use super::{rule, words};
use crate::contract::model::{Check, Limit, Range, Rule};

pub(super) fn list(
    reading: &mut Reading<'_, '_>,
    typed: &Typed,
    field: &FieldDescriptor,
) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (name, value) in typed.set() {
        let number = value.as_u64().unwrap_or_default();
        rules.extend(match name.as_str() {
            "items" => None,
            "min_items" => {
                let text = format!("must contain at least {number} item(s)");
                Some(rule(typed, &name, text, at_least(number)))
            }
            "max_items" => {
                let text = format!("must contain no more than {number} item(s)");
                Some(rule(typed, &name, text, at_most(number)))
            }
            "unique" if !value.as_bool().unwrap_or_default() => None,
            "unique" if !is_comparable(field) => {
                let message =
                    format!("`unique` does not fit messages, which `{}` holds", field.name());
                reading.wrong(
                    &name,
                    message,
                    Some("only lists of scalars and enums can be unique"),
                );
                None
            }
            "unique" => {
                let text = "repeated value must contain unique items";
                Some(rule(typed, &name, text, Check::Unique))
            }
            _ => {
                reading.unsupported(&name);
                None
            }
        });
    }
    rules
}

/// Whether elements can be told apart: scalars, enums and wrappers of scalars.
fn is_comparable(field: &FieldDescriptor) -> bool {
    match field.kind() {
        Kind::Message(of) => {
            let name = of.full_name().strip_prefix("google.protobuf.").unwrap_or_default();
            name.ends_with("Value") && !matches!(name, "Value" | "ListValue")
        }
        _ => true,
    }
}

pub(super) fn map(reading: &mut Reading<'_, '_>, typed: &Typed) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (name, value) in typed.set() {
        let number = value.as_u64().unwrap_or_default();
        match name.as_str() {
            "keys" | "values" => {}
            "min_pairs" => {
                let text = format!("map must be at least {number} entries");
                rules.push(rule(typed, &name, text, at_least(number)));
            }
            "max_pairs" => {
                let text = format!("map must be at most {number} entries");
                rules.push(rule(typed, &name, text, at_most(number)));
            }
            name => reading.unsupported(name),
        }
    }
    rules
}

fn at_least(number: u64) -> Check {
    Check::Count(Range::within(Limit::Closed(number), Limit::None))
}

fn at_most(number: u64) -> Check {
    Check::Count(Range::within(Limit::None, Limit::Closed(number)))
}

pub(super) fn boolean(reading: &mut Reading<'_, '_>, typed: &Typed) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (name, value) in typed.set() {
        match (name.as_str(), value.as_bool()) {
            ("const", Some(wanted)) => {
                let text = format!("must equal {wanted}");
                rules.push(rule(typed, &name, text, Check::Bool(wanted)));
            }
            (name, _) => reading.unsupported(name),
        }
    }
    rules
}

pub(super) fn any(reading: &mut Reading<'_, '_>, typed: &Typed) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (name, value) in typed.set() {
        let list = texts(Some(&value));
        match name.as_str() {
            "in" => {
                let text = "type URL must be in the allow list";
                rules.push(rule(typed, &name, text, Check::TypeIn(list)));
            }
            "not_in" => {
                let text = "type URL must not be in the block list";
                rules.push(rule(typed, &name, text, Check::TypeNotIn(list)));
            }
            name => reading.unsupported(name),
        }
    }
    rules
}

pub(super) fn mask(reading: &mut Reading<'_, '_>, typed: &Typed) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (name, value) in typed.set() {
        let shown = words::value(&value);
        let (text, check) = match (name.as_str(), &value) {
            ("const", Value::Message(mask)) => {
                let paths = strings(mask, "paths");
                (format!("must equal paths [{}]", paths.join(", ")), Check::MaskIs(paths))
            }
            ("in", list) => {
                (format!("must only contain paths in {shown}"), Check::MaskIn(texts(Some(list))))
            }
            ("not_in", list) => {
                let text = format!("must not contain any paths in {shown}");
                (text, Check::MaskNotIn(texts(Some(list))))
            }
            (name, _) => {
                reading.unsupported(name);
                continue;
            }
        };
        rules.push(rule(typed, &name, text, check));
    }
    rules
}
