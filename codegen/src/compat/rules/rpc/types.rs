//! What rpcs take and give: other messages, streams where there was one, the
//! result of a long-running operation.

use crate::compat::finding::{Axis, Directions, Level, Positions, Verdict};
use crate::compat::options;
use crate::compat::pair::MethodChange;
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::rules::wire::told;
use crate::compat::schema::{FileId, Method, Schema, Type};
use crate::compat::shape;

pub(super) const INPUT: Rule = row! {
    rpc "rpc-input-changed": Error [Wire, Json, Source] B Break F Break,
    anchor ["RPC_SAME_REQUEST_TYPE"],
    "an rpc takes another message; what both hold decides",
    Check::Method(input_changed)
};

pub(super) const OUTPUT: Rule = row! {
    rpc "rpc-output-changed": Error [Wire, Json, Source] B Break F Break,
    anchor ["RPC_SAME_RESPONSE_TYPE"],
    "an rpc gives another message; what both hold decides",
    Check::Method(output_changed)
};

pub(super) const STREAMING: Rule = row! {
    rpc "rpc-streaming-changed": Error [Wire, Json, Source, Http, Sse] B Break F Break,
    anchor ["RPC_SAME_CLIENT_STREAMING", "RPC_SAME_SERVER_STREAMING"],
    "an rpc takes or gives a stream and did not, or the reverse",
    Check::Method(streaming_changed)
};

pub(super) const LRO: Rule = row! {
    rpc "lro-type-changed": Error [Wire, Json, Source] B Break F Break,
    anchor [],
    "an operation ends with another message, or tells its progress with another",
    Check::Method(operation_changed)
};

fn input_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let positions = change.cx.request_positions(change);
    type_changed(change, ("takes", "took"), (old.input, new.input), positions, sink);
}

fn output_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let positions = change.cx.response_positions(change);
    type_changed(change, ("gives", "gave"), (old.output, new.output), positions, sink);
}

fn type_changed(
    change: &MethodChange<'_, '_>,
    (is, was): (&str, &str),
    (old, new): (&str, &str),
    positions: Positions,
    sink: &mut Sink<'_>,
) {
    let cx = change.cx;
    let (Some(Type::Message(before)), Some(Type::Message(after))) =
        (cx.old.resolve(old), cx.new.resolve(new))
    else {
        return;
    };
    if cx.new_message_of(before) == Some(after) {
        return;
    }
    let found = shape::message(cx, before, after);
    let message = format!("the rpc {is} `{new}` and {was} `{old}`, {}", told(&found));
    let finding = change.report(sink, message, found.shape.directions());
    finding.judge_by(found.shape);
    finding.positions = positions;
}

/// A stream of one message is what gRPC sends for a single one. HTTP answers
/// with another content type.
fn streaming_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let mut directions = Directions::OK;
    let mut positions = Positions::NONE;
    if old.client_streaming != new.client_streaming {
        directions = directions.worst(streamed(new.client_streaming));
        positions = positions.union(change.cx.request_positions(change));
    }
    if old.server_streaming != new.server_streaming {
        directions = directions.worst(streamed(new.server_streaming));
        positions = positions.union(change.cx.response_positions(change));
    }
    if directions != Directions::OK {
        let message = format!("the rpc is {} and was {}", form(new), form(old));
        let over_http = old.server_streaming != new.server_streaming;
        let finding = change.report(sink, message, directions);
        finding.positions = positions;
        finding.axes.retain(|axis| over_http || !matches!(axis, Axis::Http | Axis::Sse));
    }
}

/// What a stream in place of one message does, and the reverse.
fn streamed(now: bool) -> Directions {
    if now {
        Directions::new(Verdict::Conditional, Verdict::Break)
    } else {
        Directions::new(Verdict::Break, Verdict::Conditional)
    }
}

fn form(method: &Method<'_>) -> &'static str {
    match (method.client_streaming, method.server_streaming) {
        (false, false) => "unary",
        (true, false) => "client streaming",
        (false, true) => "server streaming",
        (true, true) => "streaming both ways",
    }
}

fn operation_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let Some(before) = options::operation_info(old.options) else { return };
    let Some(after) = options::operation_info(new.options) else {
        let message =
            format!("the rpc no longer says that its operation ends with `{}`", before.response);
        let finding = change.report(sink, message, Directions::OK);
        finding.level = Level::Warning;
        finding.axes = vec![Axis::Source];
        finding.positions = Positions::RESPONSE;
        return;
    };
    let parts = [
        ("ends with", "ended with", before.response, after.response),
        ("tells its progress with", "told it with", before.metadata, after.metadata),
    ];
    for (is, was, old, new) in parts {
        operation_part(change, (is, was), (old, new), sink);
    }
}

/// Both sides name the result and the progress of an operation in an `Any`, so
/// that the name counts as much as what is inside.
fn operation_part(
    change: &MethodChange<'_, '_>,
    (is, was): (&str, &str),
    (old, new): (&str, &str),
    sink: &mut Sink<'_>,
) {
    let cx = change.cx;
    let full = |schema: &Schema<'_>, file: FileId, name: &str| {
        let local = format!("{}.{name}", schema.file(file).package);
        if schema.resolve(&local).is_some() { local } else { name.to_owned() }
    };
    let old = full(cx.old, cx.old.service(change.old_service).scope.file, old);
    let new = full(cx.new, cx.new.service(change.new_service).scope.file, new);
    if old != new && !cx.same_type(&old, &new) {
        let message = format!("the operation {is} `{new}` and {was} `{old}`");
        change.report(sink, message, Directions::BREAK).positions = Positions::RESPONSE;
    }
}
