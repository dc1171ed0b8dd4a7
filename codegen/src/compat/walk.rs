//! Visits every pair once and hands it to the rules that look at its sort.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::pair::{
    Change, Comparison, EnumChange, EnumValueChange, ExtensionChange, FieldChange, FileChange,
    MessageChange, MethodChange, OneofChange, ServiceChange,
};
use super::rule::{Check, Rule, Sink};
use super::schema::{EnumId, MessageId, ServiceId};

/// Everything that these rules find, rule by rule.
pub fn run<'r>(
    comparison: &Comparison<'_, '_>,
    rules: impl IntoIterator<Item = &'static Rule> + 'r,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules {
        apply(comparison, rule, &mut Sink::new(rule, &mut findings));
    }
    findings
}

fn apply(cx: &Comparison<'_, '_>, rule: &Rule, sink: &mut Sink<'_>) {
    match rule.check {
        Check::File(check) => {
            cx.files.iter().for_each(|&change| check(&FileChange { cx, change }, sink));
        }
        Check::Message(check) => {
            cx.messages.iter().for_each(|&change| check(&MessageChange { cx, change }, sink));
        }
        Check::Extension(check) => {
            cx.extensions.iter().for_each(|&change| check(&ExtensionChange { cx, change }, sink));
        }
        Check::Enum(check) => {
            cx.enums.iter().for_each(|&change| check(&EnumChange { cx, change }, sink));
        }
        Check::Service(check) => {
            cx.services.iter().for_each(|&change| check(&ServiceChange { cx, change }, sink));
        }
        Check::Field(check) => kept(&cx.messages, |old, new| fields(cx, old, new, check, sink)),
        Check::Oneof(check) => kept(&cx.messages, |old, new| oneofs(cx, old, new, check, sink)),
        Check::EnumValue(check) => kept(&cx.enums, |old, new| values(cx, old, new, check, sink)),
        Check::Method(check) => kept(&cx.services, |old, new| methods(cx, old, new, check, sink)),
        Check::Whole(check) => check(cx, sink),
    }
}

fn kept<T: Copy>(changes: &[Change<T>], mut visit: impl FnMut(T, T)) {
    for (old, new) in changes.iter().filter_map(|change| change.kept()) {
        visit(old, new);
    }
}

type OnField = fn(&FieldChange<'_, '_>, &mut Sink<'_>);

fn fields(
    cx: &Comparison<'_, '_>,
    old_message: MessageId,
    new_message: MessageId,
    check: OnField,
    sink: &mut Sink<'_>,
) {
    let (old, new) = (&cx.old.message(old_message).fields, &cx.new.message(new_message).fields);
    for change in sides(old, new, |a, b| a.number == b.number) {
        check(&FieldChange { cx, old_message, new_message, change }, sink);
    }
}

type OnOneof = fn(&OneofChange<'_, '_>, &mut Sink<'_>);

fn oneofs(
    cx: &Comparison<'_, '_>,
    old_message: MessageId,
    new_message: MessageId,
    check: OnOneof,
    sink: &mut Sink<'_>,
) {
    let (old, new) = (cx.old.message(old_message), cx.new.message(new_message));
    let real = |oneofs: &[super::schema::Oneof<'_>]| {
        (0..oneofs.len()).filter(|&index| !oneofs[index].synthetic).collect::<Vec<_>>()
    };
    let same = |a: &usize, b: &usize| old.oneofs[*a].name == new.oneofs[*b].name;
    for change in sides(&real(&old.oneofs), &real(&new.oneofs), same) {
        let change = match change {
            Change::Removed(old) => Change::Removed(*old),
            Change::Added(new) => Change::Added(*new),
            Change::Kept { old, new } => Change::Kept { old: *old, new: *new },
        };
        check(&OneofChange { cx, old_message, new_message, change }, sink);
    }
}

type OnValue = fn(&EnumValueChange<'_, '_>, &mut Sink<'_>);

fn values(
    cx: &Comparison<'_, '_>,
    old_enum: EnumId,
    new_enum: EnumId,
    check: OnValue,
    sink: &mut Sink<'_>,
) {
    let (old, new) = (&cx.old.enumeration(old_enum).values, &cx.new.enumeration(new_enum).values);
    let numbers: BTreeSet<_> = old.iter().chain(new).map(|value| value.number).collect();
    for number in numbers {
        let old = old.iter().enumerate().filter(|(_, value)| value.number == number).collect();
        let new = new.iter().enumerate().filter(|(_, value)| value.number == number).collect();
        check(&EnumValueChange { cx, old_enum, new_enum, old, new }, sink);
    }
}

type OnMethod = fn(&MethodChange<'_, '_>, &mut Sink<'_>);

fn methods(
    cx: &Comparison<'_, '_>,
    old_service: ServiceId,
    new_service: ServiceId,
    check: OnMethod,
    sink: &mut Sink<'_>,
) {
    let (old, new) = (&cx.old.service(old_service).methods, &cx.new.service(new_service).methods);
    for change in sides(old, new, |a, b| a.name == b.name) {
        check(&MethodChange { cx, old_service, new_service, change }, sink);
    }
}

/// The pairs of two short lists.
fn sides<'c, T>(old: &'c [T], new: &'c [T], same: impl Fn(&T, &T) -> bool) -> Vec<Change<&'c T>> {
    let kept = old.iter().map(|old| match new.iter().find(|new| same(old, new)) {
        Some(new) => Change::Kept { old, new },
        None => Change::Removed(old),
    });
    let added = new.iter().filter(|new| !old.iter().any(|old| same(old, new)));
    kept.chain(added.map(Change::Added)).collect()
}
