//! Fields that a query can no longer hold.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{Filled, Source, in_query, is_message};
use super::rpc::Rpc;
use crate::compat::finding::{Directions, Positions, Verdict};
use crate::compat::options::field_place;
use crate::compat::pair::{Change, Comparison, MethodChange};
use crate::compat::rule::Sink;
use crate::compat::schema::{Field, MessageId};

/// The fields of messages on both sides that a query held and holds no longer,
/// by old message and number, with the new side's message and field.
type Lost<'c, 'a> = BTreeMap<(MessageId, i32), (MessageId, &'c Field<'a>)>;

pub(super) fn lost(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let lost = lost_fields(cx);
    if lost.is_empty() {
        return;
    }
    let mut told: BTreeMap<(MessageId, i32), Vec<String>> = BTreeMap::new();
    for (old_service, new_service) in cx.services.iter().filter_map(|change| change.kept()) {
        for old in &cx.old.service(old_service).methods {
            let mut methods = cx.new.service(new_service).methods.iter();
            let Some(new) = methods.find(|new| new.name == old.name) else { continue };
            let change =
                MethodChange { cx, old_service, new_service, change: Change::Kept { old, new } };
            let Some(rpc) = Rpc::of(&change) else { continue };
            for (field, binding) in lost_in(&rpc, &lost) {
                told.entry(field).or_default().push(binding);
            }
        }
    }
    for (field, bindings) in told {
        report(cx, sink, field, lost[&field], &bindings);
    }
}

fn report(
    cx: &Comparison<'_, '_>,
    sink: &mut Sink<'_>,
    (message, number): (MessageId, i32),
    (new_message, new): (MessageId, &Field<'_>),
    bindings: &[String],
) {
    let old = cx.old.message(message).fields.iter().find(|field| field.number == number);
    let Some(old) = old else { return };
    let more = match bindings.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let is = if is_message(new) && new.label != crate::compat::schema::Label::Repeated {
        "is a message, whose fields it takes one by one"
    } else {
        "is no longer something that a query holds"
    };
    let text = format!("`{}` was a query parameter of `{}`{more} and {is}", old.name, bindings[0]);
    let element = format!("{}.{}", cx.new.message(new_message).full_name, new.name);
    let finding = sink.report(element, text, Directions::new(Verdict::Break, Verdict::Break));
    finding.positions = Positions::REQUEST;
    finding.old = Some(field_place(cx.old, message, old.index, None));
    finding.new = Some(field_place(cx.new, new_message, new.index, None));
}

fn lost_fields<'c, 'a>(cx: &Comparison<'c, 'a>) -> Lost<'c, 'a> {
    let mut lost = Lost::new();
    for (old_id, new_id) in cx.messages.iter().filter_map(|change| change.kept()) {
        let new_fields = &cx.new.message(new_id).fields;
        for old in &cx.old.message(old_id).fields {
            let Some(new) = new_fields.iter().find(|new| new.number == old.number) else {
                continue;
            };
            let was = in_query(cx.old, old);
            let is = in_query(cx.new, new);
            let opened = !is_message(old) && is_message(new);
            if was && (!is || opened) {
                lost.insert((old_id, old.number), (new_id, new));
            }
        }
    }
    lost
}

/// The lost fields that a caller of an rpc gave in a query, each with the
/// binding that took it.
fn lost_in(rpc: &Rpc<'_, '_>, lost: &Lost<'_, '_>) -> Vec<((MessageId, i32), String)> {
    let mut found = Vec::new();
    for (old, new) in rpc.pairs() {
        let Some(before) = Filled::of(rpc.cx.old, rpc.old.input, old) else { continue };
        let Some(after) = Filled::of(rpc.cx.new, rpc.new.input, new) else { continue };
        if before.body() != after.body() {
            // The body is the cause and is told as such.
            continue;
        }
        for id in query_messages(rpc.cx, &before) {
            for field in &rpc.cx.old.message(id).fields {
                let top = rpc.cx.old.message_named(rpc.old.input) == Some(id);
                let from_query = !top || before.source(&[field.number]) == Some(Source::Query);
                if from_query && lost.contains_key(&(id, field.number)) {
                    found.push(((id, field.number), old.to_string()));
                }
            }
        }
    }
    found
}

/// The messages whose fields a query holds: the request, and what its singular
/// fields hold that no body takes.
fn query_messages(cx: &Comparison<'_, '_>, filled: &Filled<'_, '_>) -> BTreeSet<MessageId> {
    let mut found = BTreeSet::new();
    let mut pending: Vec<_> = cx.old.message_named(&filled.request.full_name).into_iter().collect();
    while let Some(id) = pending.pop() {
        let top = found.is_empty();
        if !found.insert(id) {
            continue;
        }
        let inner = cx.old.message(id).fields.iter().filter(|field| {
            let query = !top || filled.source(&[field.number]) == Some(Source::Query);
            query && is_message(field) && field.label != crate::compat::schema::Label::Repeated
        });
        pending.extend(inner.filter_map(|field| cx.old.message_named(field.type_name)));
    }
    found
}
