//! `buf.validate` as it is enforced. Every rule that is set becomes a check or
//! a finding: none is dropped, so that no request passes unchecked.

mod bytes;
mod expression;
mod fit;
mod number;
mod predefined;
mod reach;
mod reading;
mod special;
mod text;
mod words;

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

use super::super::Lowering;
use crate::contract::model::{
    Check, Contract, Elements, FieldValidation, Location, Message, OneofRule, Rule, Validation,
};
use crate::diagnostic::{Severity, codes};
use reading::Reading;

/// The number of every extension of `buf.validate`.
const EXTENSION: i32 = 1159;
/// The numbers of `options` in a message, a field and a oneof, and of the
/// oneofs of a message.
const MESSAGE_OPTIONS: i32 = 7;
const FIELD_OPTIONS: i32 = 8;

/// What `Ignore` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ignore {
    Unset,
    Zero,
    Always,
}

/// Fills in the validation of every message of the contract.
pub(in crate::contract::lower) fn lower(lowering: &mut Lowering<'_>) {
    for id in 0..lowering.contract.messages.len() {
        let name = &lowering.contract.messages[id].full_name;
        let descriptor = lowering.pool.get_message_by_name(name);
        if let Some(descriptor) = descriptor.filter(|descriptor| !descriptor.is_map_entry()) {
            let validation = of_message(lowering, id, &descriptor);
            lowering.contract.messages[id].validation = validation;
        }
    }
    reach::close(&mut lowering.contract);
}

fn of_message(
    lowering: &mut Lowering<'_>,
    id: usize,
    descriptor: &MessageDescriptor,
) -> Validation {
    let mut validation = Validation::default();
    let exclusive = of_whole(lowering, id, descriptor, &mut validation);
    required_oneofs(lowering, id, descriptor, &mut validation.oneofs);
    for index in 0..lowering.contract.messages[id].fields.len() {
        let number = lowering.contract.messages[id].fields[index].number;
        let Some(field) = descriptor.get_field(number) else { continue };
        validation.fields.push(of_field(lowering, index, &field, exclusive.contains(&index)));
    }
    validation
}

/// `(buf.validate.message)`: expressions, and fields that exclude each other.
/// Returns these.
fn of_whole(
    lowering: &mut Lowering<'_>,
    id: usize,
    descriptor: &MessageDescriptor,
    validation: &mut Validation,
) -> Vec<usize> {
    let Some(rules) = option(lowering, "buf.validate.message", &descriptor.options()) else {
        return Vec::new();
    };
    let path = [descriptor.path(), &[MESSAGE_OPTIONS, EXTENSION]].concat();
    let place = lowering.spans.place_within(descriptor.parent_file().name(), &path);
    validation.expressions =
        expression::rules(&mut Reading { lowering, place: place.clone() }, &rules);
    let groups = rules.get_field_by_name("oneof");
    let groups = groups.as_deref().and_then(Value::as_list).unwrap_or_default();
    let mut all = Vec::new();
    for group in groups.iter().filter_map(Value::as_message) {
        let found = group_of(lowering, id, &place, group);
        all.extend(found.iter().copied());
        validation.oneofs.extend(group_rules(&lowering.contract.messages[id], group, found));
    }
    all
}

/// The indices of the fields that a group names.
fn group_of(
    lowering: &mut Lowering<'_>,
    id: usize,
    place: &Location,
    group: &DynamicMessage,
) -> Vec<usize> {
    let mut found = Vec::new();
    let names = reading::strings(group, "fields");
    for name in &names {
        let message = &lowering.contract.messages[id];
        let index = message.fields.iter().position(|field| field.name == *name);
        let wrong = match index {
            None => format!("`{}` has no field `{name}`", message.full_name),
            Some(index) if found.contains(&index) => format!("`{name}` stands there twice"),
            Some(index) => {
                found.push(index);
                continue;
            }
        };
        let place = lowering.quoted(place, name);
        lowering.report(&codes::RULE_VALUE, place, wrong);
    }
    if names.is_empty() {
        let message = "a oneof rule names no field";
        lowering.report(&codes::RULE_VALUE, place.clone(), message).hint =
            Some("name the fields of which at most one may be set".to_owned());
    }
    found
}

fn group_rules(message: &Message, group: &DynamicMessage, found: Vec<usize>) -> Vec<OneofRule> {
    let names: Vec<&str> = found.iter().map(|index| message.fields[*index].name.as_str()).collect();
    let names = names.join(", ");
    let mut rules =
        vec![OneofRule::AtMostOne(found.clone(), format!("only one of {names} can be set"))];
    if reading::flag(group, "required") {
        rules.push(OneofRule::AtLeastOne(found, format!("one of {names} must be set")));
    }
    rules
}

/// `(buf.validate.oneof)`: oneofs of which one field must be set.
fn required_oneofs(
    lowering: &Lowering<'_>,
    id: usize,
    descriptor: &MessageDescriptor,
    oneofs: &mut Vec<OneofRule>,
) {
    let message = &lowering.contract.messages[id];
    for oneof in descriptor.oneofs().filter(|oneof| !oneof.is_synthetic()) {
        let rules = option(lowering, "buf.validate.oneof", &oneof.options());
        if rules.is_some_and(|rules| reading::flag(&rules, "required")) {
            let members: Vec<_> = oneof.fields().map(|field| field.number()).collect();
            let fields = message.fields.iter().enumerate();
            let fields = fields.filter(|(_, field)| members.contains(&field.number));
            let fields = fields.map(|(index, _)| index).collect();
            oneofs.push(OneofRule::Required(oneof.name().to_owned(), fields));
        }
    }
}

/// The row of a field, which may be empty.
fn of_field(
    lowering: &mut Lowering<'_>,
    index: usize,
    field: &FieldDescriptor,
    exclusive: bool,
) -> FieldValidation {
    let mut row = FieldValidation { field: index, ..FieldValidation::default() };
    if field.field_descriptor_proto().options.is_none() {
        return row;
    }
    let Some(rules) = option(lowering, "buf.validate.field", &field.options()) else {
        return row;
    };
    let path = [field.path(), &[FIELD_OPTIONS, EXTENSION]].concat();
    let place = lowering.spans.place_within(field.parent_message().parent_file().name(), &path);
    let ignore = ignore(&rules);
    if ignore == Ignore::Always {
        row.shallow = true;
        return row;
    }
    row.required = reading::flag(&rules, "required");
    row.ignore_zero = ignore == Ignore::Zero || (exclusive && !rules.has_field_by_name("ignore"));
    let mut reading = Reading { lowering, place };
    row.rules = expression::rules(&mut reading, &rules);
    let whole = fit::Place::whole(field);
    let Some(typed) = reading.typed(&rules, &whole) else { return row };
    row.rules.extend(predefined::rules(&mut reading, &typed));
    match (typed.name.as_str(), field.kind()) {
        ("repeated", _) => {
            row.rules.extend(special::list(&mut reading, &typed, field));
            row.shallow = elements(&mut reading, &typed, "items", field, &mut row.values);
        }
        ("map", Kind::Message(entry)) => {
            row.rules.extend(special::map(&mut reading, &typed));
            let (key, value) = (entry.map_entry_key_field(), entry.map_entry_value_field());
            elements(&mut reading, &typed, "keys", &key, &mut row.keys);
            row.shallow = elements(&mut reading, &typed, "values", &value, &mut row.values);
        }
        _ => row.rules.extend(reading.rules(&typed)),
    }
    row
}

/// Reads the rules of elements; returns whether they are to be ignored.
fn elements(
    reading: &mut Reading<'_, '_>,
    typed: &reading::Typed,
    name: &str,
    field: &FieldDescriptor,
    into: &mut Elements,
) -> bool {
    let Some(rules) = typed.message(name) else { return false };
    let ignore = ignore(&rules);
    if ignore == Ignore::Always {
        return true;
    }
    into.ignore_zero = ignore == Ignore::Zero;
    into.rules = expression::rules(reading, &rules);
    if let Some(typed) = reading.typed(&rules, &fit::Place::element(field)) {
        into.rules.extend(predefined::rules(reading, &typed));
        into.rules.extend(reading.rules(&typed));
    }
    false
}

fn ignore(rules: &DynamicMessage) -> Ignore {
    match rules.get_field_by_name("ignore").and_then(|value| value.as_enum_number()) {
        Some(1) => Ignore::Zero,
        Some(3) => Ignore::Always,
        _ => Ignore::Unset,
    }
}

fn option(lowering: &Lowering<'_>, name: &str, options: &DynamicMessage) -> Option<DynamicMessage> {
    let extension = lowering.pool.get_extension_by_name(name)?;
    if !options.has_extension(&extension) {
        return None;
    }
    options.get_extension(&extension).as_message().cloned()
}

/// Says that a rule is not enforced, which is worse than not to have it: an
/// error where some rpc checks its requests.
fn unsupported(lowering: &mut Lowering<'_>, place: &Location, rule: &str, why: &str) {
    let place = lowering.spans.narrow(place, rule);
    let message = format!("the rule `{rule}` is not enforced: {why}");
    let severity = if checks(&lowering.contract) { Severity::Error } else { Severity::Warning };
    let found = lowering.report(&codes::RULE_UNSUPPORTED, place, message);
    found.severity = severity;
    found.hint = Some(
        "state it as `cel`, or set `ignore: IGNORE_ALWAYS` on the field and check it in the handler"
            .to_owned(),
    );
}

/// Whether some rpc checks its requests.
fn checks(contract: &Contract) -> bool {
    contract.services().flat_map(|service| &service.methods).any(|rpc| rpc.validated)
}

/// A rule with the id of its type and name.
fn rule(typed: &reading::Typed, name: &str, message: impl Into<String>, check: Check) -> Rule {
    Rule { id: format!("{}.{name}", typed.name), message: message.into(), check }
}
