//! Streams over HTTP: their form, how a client goes on with one it lost, and
//! their timing.

use super::channels::seconds;
use crate::compat::finding::{Directions, Finding, Level, Positions, Verdict};
use crate::compat::options::{AGENTGEN, Element, Stream, at_option, stream};
use crate::compat::pair::{Change, MethodChange, ServiceChange};
use crate::compat::rule::Sink;
use crate::compat::schema::Schema;
use crate::contract::StreamForm;

pub(super) fn form_changed(change: &ServiceChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old_id, new_id)) = change.change.kept() else { return };
    let (old, new) = (change.cx.old.service(old_id), change.cx.new.service(new_id));
    if old.options == new.options {
        return;
    }
    // The form is the service's, so that the first rpc with a stream stands
    // for all.
    let pairs = change.cx.methods(old, new).into_iter().filter_map(Change::kept);
    let forms = pairs.filter_map(|(before, after)| {
        Some((stream(old, before)?.default_form, stream(new, after)?.default_form))
    });
    if let Some((before, after)) = forms.into_iter().find(|(before, after)| before != after) {
        let message = format!(
            "callers that accept anything got {} and get {}",
            media_type(before),
            media_type(after)
        );
        let directions = Directions::new(Verdict::Ok, Verdict::Break);
        let finding = change.report(sink, message, directions);
        finding.positions = Positions::EVENT;
        at_option(finding, Element::Service, AGENTGEN);
    }
}

fn media_type(form: StreamForm) -> &'static str {
    match form {
        StreamForm::Sse => "`text/event-stream`",
        StreamForm::Ndjson => "`application/x-ndjson`",
        StreamForm::JsonArray => "`application/json`",
    }
}

pub(super) fn resume_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = both(change) else { return };
    let Some((before, after)) = change.change.kept() else { return };
    let id = |schema: &Schema<'_>, reply: &str, name: Option<&str>| {
        let message = schema.message(schema.message_named(reply)?);
        message.fields.iter().find(|field| Some(field.name) == name).map(|field| field.number)
    };
    let was = id(change.cx.old, before.output, old.event_id);
    let is = id(change.cx.new, after.output, new.event_id);
    // A client hands the id of the old server to the new one.
    let directions = Directions::new(Verdict::Break, Verdict::Ok);
    if was != is {
        let named = |id: Option<&str>| id.map_or("a number".to_owned(), |id| format!("`{id}`"));
        let message = format!(
            "the id of an event was {} and is {}",
            named(old.event_id),
            named(new.event_id)
        );
        let finding = report(change, sink, message, directions);
        if old.replay_window == 0 {
            // No server takes it back; clients may still keep it.
            finding.level = Level::Warning;
            finding.directions = Directions::new(Verdict::Ok, Verdict::Conditional);
            finding.positions = Positions::EVENT;
        }
    }
    if new.replay_window < old.replay_window {
        let lost = match new.replay_window {
            0 => "none can: the last event is not asked for".to_owned(),
            window => format!("{window} can"),
        };
        let message =
            format!("the last {} events could be had again, and {lost}", old.replay_window);
        report(change, sink, message, directions);
    }
}

pub(super) fn event_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = both(change) else { return };
    let Some((before, after)) = change.change.kept() else { return };
    let members_of = |schema: &Schema<'_>, reply: &str, oneof: Option<&str>| {
        let message = schema.message(schema.message_named(reply)?);
        let index = message.oneofs.iter().position(|own| Some(own.name) == oneof)?;
        let members = message.fields.iter().filter(|field| field.oneof == Some(index));
        let names = members.map(|field| field.json_name.unwrap_or(field.name).to_owned());
        Some(names.collect::<Vec<_>>())
    };
    let was = members_of(change.cx.old, before.output, old.event_oneof);
    let is = members_of(change.cx.new, after.output, new.event_oneof);
    // A member more or less is an event more or less, which rules about oneofs tell.
    let kept = was.iter().flatten().any(|name| is.iter().flatten().any(|own| own == name));
    if was.is_some() == is.is_some() && (was == is || kept) {
        return;
    }
    let named =
        |oneof: Option<&str>| oneof.map_or("nothing".to_owned(), |name| format!("`{name}`"));
    let message = format!(
        "events were named by {} and are by {}",
        named(old.event_oneof),
        named(new.event_oneof)
    );
    // A client that listens for one name hears nothing under another.
    let directions = Directions::new(Verdict::Break, Verdict::Break);
    let finding = report(change, sink, message, directions);
    finding.positions = Positions::EVENT;
}

pub(super) fn heartbeat_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = both(change) else { return };
    if old.heartbeat != new.heartbeat {
        let (was, is) = (seconds(old.heartbeat), seconds(new.heartbeat));
        let message = format!("a silent stream was kept alive every {was} and is every {is}");
        let verdict =
            if new.heartbeat > old.heartbeat { Verdict::Conditional } else { Verdict::Ok };
        let finding = report(change, sink, message, Directions::new(Verdict::Ok, verdict));
        finding.positions = Positions::EVENT;
    }
}

pub(super) fn retry_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = both(change) else { return };
    if old.retry != new.retry {
        let shown = |retry: Option<_>| retry.map_or("the client's own".to_owned(), seconds);
        let message =
            format!("the time to reconnect was {} and is {}", shown(old.retry), shown(new.retry));
        report(change, sink, message, Directions::OK).positions = Positions::EVENT;
    }
}

/// The streams of both sides, where their settings can differ.
fn both<'a>(change: &MethodChange<'_, 'a>) -> Option<(Stream<'a>, Stream<'a>)> {
    let (old, new) = change.change.kept()?;
    if old.options == new.options {
        return None;
    }
    let before = stream(change.cx.old.service(change.old_service), old)?;
    Some((before, stream(change.cx.new.service(change.new_service), new)?))
}

/// Reports about what a client sends to go on with a stream.
fn report<'s>(
    change: &MethodChange<'_, '_>,
    sink: &'s mut Sink<'_>,
    message: String,
    directions: Directions,
) -> &'s mut Finding {
    let finding = change.report(sink, message, directions);
    finding.positions = Positions::REQUEST;
    at_option(finding, Element::Method, AGENTGEN);
    finding
}
