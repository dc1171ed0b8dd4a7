//! Queue subjects and their settings. What follows from the new name of an rpc
//! or a service is told there, and a queue that an rpc lost because its caller
//! streams now is told as that.

use std::time::Duration;

use crate::compat::finding::{Directions, Finding, Level, Positions, Verdict};
use crate::compat::options::{AGENTGEN, Element, Queue, at_option, queue, queue_as};
use crate::compat::pair::MethodChange;
use crate::compat::rule::Sink;
use crate::compat::schema::{Kind, Schema};
use crate::contract::defaults;

/// Jobs that wait on the old side's subject are not seen by the new one.
const OLD_JOBS: Directions = Directions::new(Verdict::Break, Verdict::Ok);
const MAYBE: Directions = Directions::new(Verdict::Conditional, Verdict::Conditional);

pub(super) fn renamed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = both(change) else { return };
    if old.subject != new.subject {
        let message = format!("the subject was `{}` and is `{}`", old.subject, new.subject);
        report(change, sink, message, Directions::BREAK);
    }
}

pub(super) fn removed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let before = queue(change.cx.old.service(change.old_service), old);
    let after = queue(change.cx.new.service(change.new_service), new);
    if let (Some(before), None, false) = (before, after, new.client_streaming) {
        let message =
            format!("requests were taken from `{}`, and the queue is disabled", before.subject);
        report(change, sink, message, Directions::BREAK);
    }
}

pub(super) fn key_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((message, added)) = another_field(change, "ordering", |queue| queue.ordering_key)
    else {
        return;
    };
    let directions = if added { MAYBE } else { Directions::BREAK };
    let finding = report(change, sink, message, directions);
    if added {
        // Nobody relied on an order that there was not.
        finding.level = Level::Info;
    }
}

pub(super) fn idempotency_key_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((message, added)) =
        another_field(change, "idempotency", |queue| queue.idempotency_key)
    else {
        return;
    };
    let directions = if added { MAYBE } else { Directions::BREAK };
    let finding = report(change, sink, message, directions);
    if added {
        // Producers whose keys are the values of the field see no difference.
        finding.level = Level::Warning;
    }
}

pub(super) fn group_renamed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = both(change) else { return };
    if old.group != new.group {
        let message = format!("the consumer group was `{}` and is `{}`", old.group, new.group);
        report(change, sink, message, OLD_JOBS);
    }
}

pub(super) fn delivery_weakened(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = both(change) else { return };
    let mut weaker = Vec::new();
    if new.ack_wait < old.ack_wait {
        let (was, is) = (seconds(old.ack_wait), seconds(new.ack_wait));
        weaker.push(format!("a delivery was leased for {was} and is for {is}"));
    }
    if new.max_deliveries < old.max_deliveries {
        let (was, is) = (old.max_deliveries, new.max_deliveries);
        weaker.push(format!("{was} attempts might fail and {is} may"));
    }
    if !weaker.is_empty() {
        report(change, sink, weaker.join(", "), MAYBE);
    }
}

pub(super) fn dead_letter_renamed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = both(change) else { return };
    let follows = |queue: &Queue<'_>| *queue.dead_letter == *defaults::dead_letter(&queue.subject);
    if old.dead_letter != new.dead_letter && !(follows(&old) && follows(&new)) {
        let (was, is) = (&old.dead_letter, &new.dead_letter);
        let message = format!("undeliverable requests went to `{was}` and go to `{is}`");
        report(change, sink, message, Directions::new(Verdict::Conditional, Verdict::Ok));
    }
}

/// The settings of both sides, the new ones under the old names.
fn both<'a>(change: &MethodChange<'_, 'a>) -> Option<(Queue<'a>, Queue<'a>)> {
    let (old, new) = change.change.kept()?;
    let old_service = change.cx.old.service(change.old_service);
    let new_service = change.cx.new.service(change.new_service);
    if old.options == new.options && old_service.options == new_service.options {
        return None;
    }
    let before = queue(old_service, old)?;
    let after = queue_as(&old_service.full_name, old.name, new_service, new)?;
    Some((before, after))
}

/// What is to be said where a key leads to another field than before, and whether there
/// was none.
fn another_field(
    change: &MethodChange<'_, '_>,
    what: &str,
    key_of: impl for<'q> Fn(&Queue<'q>) -> Option<&'q str>,
) -> Option<(String, bool)> {
    let (old, new) = both(change)?;
    let (before, after) = change.change.kept()?;
    let (old, new) = (key_of(&old), key_of(&new));
    let was = key(change.cx.old, before.input, old);
    if was == key(change.cx.new, after.input, new) {
        return None;
    }
    let named = |key: Option<&str>| key.map_or("none".to_owned(), |key| format!("`{key}`"));
    let message = format!("the {what} key was {} and is {}", named(old), named(new));
    Some((message, was.is_none()))
}

/// The numbers of the fields that lead to a key, so that a renamed field is
/// the same; a path that leads nowhere is no key.
fn key(schema: &Schema<'_>, request: &str, path: Option<&str>) -> Option<Vec<i32>> {
    let mut holder = schema.message_named(request);
    let mut numbers = Vec::new();
    for name in path?.split('.') {
        let field = schema.message(holder?).fields.iter().find(|field| field.name == name)?;
        numbers.push(field.number);
        let message = matches!(field.kind, Kind::Message | Kind::Group);
        holder = message.then(|| schema.message_named(field.type_name)).flatten();
    }
    Some(numbers)
}

fn report<'s>(
    change: &MethodChange<'_, '_>,
    sink: &'s mut Sink<'_>,
    message: String,
    directions: Directions,
) -> &'s mut Finding {
    let finding = change.report(sink, message, directions);
    finding.positions = Positions::JOB;
    at_option(finding, Element::Method, AGENTGEN);
    finding
}

/// A duration as people write it.
pub(super) fn seconds(duration: Duration) -> String {
    format!("{}s", duration.as_secs_f64())
}
