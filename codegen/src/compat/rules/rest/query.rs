//! Fields that a query can no longer hold.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{Filled, Source, in_query, is_message};
use super::rpc::Rpc;
use crate::compat::finding::{Directions, Positions};
use crate::compat::pair::{Comparison, FieldChange};
use crate::compat::rule::Sink;
use crate::compat::schema::{Label, MessageId};

/// The fields of messages on both sides that a query held and holds no longer,
/// by old message and number.
type Lost<'c, 'a> = BTreeMap<(MessageId, i32), FieldChange<'c, 'a>>;

pub(super) fn lost(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let lost = lost_fields(cx);
    if lost.is_empty() {
        return;
    }
    let mut told: BTreeMap<(MessageId, i32), Vec<String>> = BTreeMap::new();
    for rpc in Rpc::all(cx) {
        for (field, binding) in lost_in(&rpc, &lost) {
            told.entry(field).or_default().push(binding);
        }
    }
    for (field, bindings) in told {
        report(&lost[&field], &bindings, sink);
    }
}

fn report(pair: &FieldChange<'_, '_>, bindings: &[String], sink: &mut Sink<'_>) {
    let Some((old, new)) = pair.change.kept() else { return };
    let more = match bindings.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let is = if is_message(new) && new.label != Label::Repeated {
        "is a message, whose fields it takes one by one"
    } else {
        "is no longer something that a query holds"
    };
    let text = format!("`{}` was a query parameter of `{}`{more} and {is}", old.name, bindings[0]);
    pair.report(sink, text, Directions::BREAK).positions = Positions::REQUEST;
}

fn lost_fields<'c, 'a>(cx: &'c Comparison<'c, 'a>) -> Lost<'c, 'a> {
    let mut lost = Lost::new();
    for (old_message, new_message) in cx.messages.iter().filter_map(|change| change.kept()) {
        for change in cx.fields(cx.old.message(old_message), cx.new.message(new_message)) {
            let Some((old, new)) = change.kept() else { continue };
            let was = in_query(cx.old, old);
            let is = in_query(cx.new, new);
            let opened = !is_message(old) && is_message(new);
            if was && (!is || opened) {
                let pair = FieldChange { cx, old_message, new_message, change };
                lost.insert((old_message, old.number), pair);
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
            query && is_message(field) && field.label != Label::Repeated
        });
        pending.extend(inner.filter_map(|field| cx.old.message_named(field.type_name)));
    }
    found
}
