//! The rules of `buf.validate` in JSON Schema: a keyword where there is one,
//! else words.

mod number;
mod text;
mod zero;

use serde_json::{Value, json};

use super::value::Constrained;
use super::{Dialect, Schemas};
use crate::contract::{Cardinality, Contract, Expression, Field, Kind, Rules, Size, TypeRef};

pub(super) use zero::refuses_zero;

/// Adds rules to the schema of one value.
pub(super) fn constrain(
    schemas: &Schemas<'_>,
    schema: Value,
    kind: &Kind,
    rules: &Rules,
) -> Constrained {
    let mut it = Constrained { schema, notes: Vec::new() };
    if *rules == Rules::default() {
        return it;
    }
    let kind = &unwrapped(kind);
    match kind {
        // Narrowed by `narrowed`.
        Kind::Enum(_) => {}
        Kind::String => {
            text::constrain(&mut it, rules);
            listed(&mut it, rules, true);
        }
        Kind::Bytes => {
            text::constrain_bytes(&mut it, rules);
            listed(&mut it, rules, true);
        }
        Kind::Double | Kind::Float => {
            if rules.finite && schemas.dialect != Dialect::Typed {
                number::finite(&mut it.schema);
            }
            number::constrain(&mut it, rules);
            listed(&mut it, rules, false);
        }
        Kind::Message(_) | Kind::Group(_) => {
            number::bounds_in_words(&mut it, rules);
            listed(&mut it, rules, true);
        }
        kind if number::is_long(kind) => {
            if schemas.dialect == Dialect::Exact {
                number::constrain_both(&mut it.schema, rules);
            }
            number::bounds_in_words(&mut it, rules);
            listed(&mut it, rules, schemas.dialect != Dialect::Exact);
        }
        _ => {
            number::constrain(&mut it, rules);
            listed(&mut it, rules, true);
        }
    }
    required(&mut it, kind, rules);
    it.notes.extend(rules.now.iter().cloned());
    it.notes.extend(rules.expressions.iter().map(expression));
    it
}

/// Adds the rules of a list or map as a whole.
pub(super) fn many(schema: &mut Value, notes: &mut Vec<String>, field: &Field, rules: &Rules) {
    let (min, max) = match field.cardinality {
        Cardinality::Repeated => ("minItems", "maxItems"),
        _ => ("minProperties", "maxProperties"),
    };
    let least = u64::from(rules.required);
    size(schema, Size { min: rules.size.min.max(least), ..rules.size }, (min, max));
    if rules.unique {
        schema["uniqueItems"] = json!(true);
    }
    notes.extend(rules.expressions.iter().map(expression));
}

/// The kind that rules of a wrapper message are about.
fn unwrapped(kind: &Kind) -> Kind {
    match kind {
        Kind::Message(TypeRef::WellKnown(name)) => {
            let name = name.strip_prefix("google.protobuf.").unwrap_or(name);
            super::well_known::wrapped(name).unwrap_or_else(|| kind.clone())
        }
        _ => kind.clone(),
    }
}

/// A size as keywords.
fn size(schema: &mut Value, size: Size, (min, max): (&str, &str)) {
    if size.min > 0 {
        schema[min] = json!(size.min);
    }
    if let Some(most) = size.max {
        schema[max] = json!(most);
    }
}

/// The values that are listed, as a keyword or in words.
fn listed(it: &mut Constrained, rules: &Rules, as_keyword: bool) {
    let only: Vec<_> = rules.constant.iter().chain(&rules.only).collect();
    if !only.is_empty() && as_keyword && !is_reference(&it.schema) {
        it.schema["enum"] = json!(only);
    } else if !only.is_empty() {
        it.notes.push(format!("one of {}", shown(&only)));
    }
    if !rules.except.is_empty() {
        it.notes.push(format!("none of {}", shown(&rules.except.iter().collect::<Vec<_>>())));
    }
}

fn is_reference(schema: &Value) -> bool {
    schema.get("$ref").is_some()
}

fn shown(values: &[&Value]) -> String {
    let texts: Vec<_> = values.iter().map(|value| show(value)).collect();
    texts.join(", ")
}

/// A literal in a sentence.
fn show(value: &Value) -> String {
    value.as_str().map_or_else(|| format!("`{value}`"), |text| format!("`{text}`"))
}

/// The schema of an enum of which not all values are accepted: in place, as a
/// reference could not be narrowed for every reader.
pub(super) fn narrowed(contract: &Contract, kind: &Kind, rules: &Rules) -> Option<Value> {
    let Kind::Enum(id) = kind else { return None };
    let declared = contract.enumeration(*id);
    let only: Vec<_> = rules.constant.iter().chain(&rules.only).collect();
    let is = |value: &&Value, name: &str| value.as_str() == Some(name);
    let accepted = declared.values.iter().filter(|value| {
        let name = value.name.as_str();
        (only.is_empty() || only.iter().any(|value| is(value, name)))
            && !rules.except.iter().any(|value| is(&value, name))
            && !(rules.required && value.number == 0)
    });
    let names: Vec<_> = accepted.map(|value| value.name.as_str()).collect();
    let is_narrower = names.len() < declared.values.len() && !names.is_empty();
    is_narrower.then(|| json!({ "type": "string", "enum": names }))
}

/// What must not be the zero value.
fn required(it: &mut Constrained, kind: &Kind, rules: &Rules) {
    if !rules.required {
        return;
    }
    match kind {
        Kind::String | Kind::Bytes if it.schema.get("minLength").is_none() => {
            it.schema["minLength"] = json!(1);
        }
        Kind::Bool => it.schema["enum"] = json!([true]),
        Kind::String | Kind::Bytes | Kind::Enum(_) | Kind::Message(_) | Kind::Group(_) => {}
        _ => it.notes.push("not 0".to_owned()),
    }
}

/// A condition in words, then in CEL.
pub(super) fn expression(it: &Expression) -> String {
    match (it.message.trim(), it.text.trim()) {
        ("", text) => format!("`{text}`"),
        (message, "") => message.to_owned(),
        (message, text) => format!("{message} (`{text}`)"),
    }
}
