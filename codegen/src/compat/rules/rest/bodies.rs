//! Fields that changed their place in a request, and replies that changed
//! their envelope.

use std::collections::BTreeMap;

use super::fields::{Body, Filled, Source, Variable, named};
use super::rpc::Rpc;
use crate::compat::finding::{Directions, Positions};
use crate::compat::pair::MethodChange;
use crate::compat::rule::Sink;
use crate::compat::schema::Schema;

/// How many fields a message names.
const NAMED: usize = 3;

pub(super) fn variable_renamed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some(rpc) = Rpc::rerouted(change) else { return };
    for (old, new) in filled(&rpc) {
        for (before, after) in renamed(&old, &new) {
            let message = format!(
                "the path variable `{}` of `{}` is now `{}`",
                before.name, old.binding, after.name
            );
            rpc.report(sink, message, Directions::OK);
        }
    }
}

pub(super) fn body_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some(rpc) = Rpc::rerouted(change) else { return };
    for (old, new) in filled(&rpc) {
        let moves = moves(&old, &new);
        let (before, after) = (old.body(), new.body());
        let envelope = before != after && before != Body::None && after != Body::None;
        if moves.is_empty() && !envelope {
            continue;
        }
        let story = told(&moves);
        let body = if before == after {
            format!("`{}` takes fields from elsewhere than `{}` did", new.binding, old.binding)
        } else {
            let (old_body, new_body) = (described(&old), described(&new));
            format!("the body of `{}` was {old_body} and is {new_body}", old.binding)
        };
        let colon = if story.is_empty() { "" } else { ": " };
        rpc.report(sink, format!("{body}{colon}{story}"), Directions::BREAK);
    }
}

pub(super) fn response_body_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some(rpc) = Rpc::rerouted(change) else { return };
    for (old, new) in rpc.pairs() {
        let before = reply(rpc.cx.old, rpc.old.output, old.response_body);
        let after = reply(rpc.cx.new, rpc.new.output, new.response_body);
        if before != after {
            let describe = |name: &str, number: Option<i32>| match number {
                Some(_) => format!("the field `{name}`"),
                None => "the whole reply".to_owned(),
            };
            let message = format!(
                "the response of `{old}` was {} and is {}",
                describe(old.response_body, before),
                describe(new.response_body, after)
            );
            rpc.report(sink, message, Directions::BREAK).positions = Positions::RESPONSE;
        }
    }
}

/// The number of the field that is the response; `None` for the whole reply.
fn reply(schema: &Schema<'_>, reply: &str, field: &str) -> Option<i32> {
    let message = schema.message(schema.message_named(reply)?);
    named(message, field).map(|field| field.number)
}

/// The bindings that stayed, with the requests of their sides.
fn filled<'r, 'a>(rpc: &'r Rpc<'_, 'a>) -> Vec<(Filled<'r, 'a>, Filled<'r, 'a>)> {
    let pairs = rpc.pairs().into_iter().filter_map(|(old, new)| {
        let old = Filled::of(rpc.cx.old, rpc.old.input, old)?;
        Some((old, Filled::of(rpc.cx.new, rpc.new.input, new)?))
    });
    pairs.collect()
}

/// The variables that cover the same segments and fill another field. A field
/// that was renamed is the same one.
fn renamed(old: &Filled<'_, '_>, new: &Filled<'_, '_>) -> Vec<(Variable, Variable)> {
    let after = new.variables();
    let pairs = old.variables().into_iter().filter_map(|before| {
        let same = |other: &&Variable| other.covers == before.covers;
        let after = after.iter().find(same)?;
        (after.numbers != before.numbers).then(|| (before, after.clone()))
    });
    pairs.collect()
}

/// A field that comes from somewhere else.
struct Move {
    name: String,
    from: Source,
    to: Source,
}

/// The moves, those of one direction together.
fn told(moves: &[Move]) -> String {
    let mut groups: BTreeMap<(Source, Source), Vec<String>> = BTreeMap::new();
    for Move { name, from, to } in moves {
        groups.entry((*from, *to)).or_default().push(format!("`{name}`"));
    }
    let groups = groups.into_iter().map(|((from, to), mut names)| {
        let more = names.len().saturating_sub(NAMED);
        names.truncate(NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}{more} moved from {from} to {to}", names.join(", "))
    });
    groups.collect::<Vec<_>>().join("; ")
}

/// The fields of both sides that come from elsewhere than before: those of the
/// request itself, and those inside of it that a path holds. A variable that
/// was renamed is one change and is told as such.
fn moves(old: &Filled<'_, '_>, new: &Filled<'_, '_>) -> Vec<Move> {
    let renamed = renamed(old, new);
    let is_renamed = |numbers: &[i32]| {
        renamed.iter().any(|(before, after)| before.numbers == numbers || after.numbers == numbers)
    };
    let top = old.request.fields.iter().map(|field| (vec![field.number], field.name.to_owned()));
    let inner = old.variables().into_iter().chain(new.variables());
    let inner = inner.filter(|variable| variable.numbers.len() > 1);
    let mut candidates: Vec<_> = top.chain(inner.map(|v| (v.numbers, v.name))).collect();
    candidates.sort();
    candidates.dedup_by(|a, b| a.0 == b.0);
    candidates.retain(|(numbers, _)| !is_renamed(numbers));
    let moved = candidates.into_iter().filter_map(|(numbers, name)| {
        let (from, to) = (old.source(&numbers)?, new.source(&numbers)?);
        // What no query holds any longer though the body is what it was has
        // another type, which is a change of its own.
        let retyped = old.body() == new.body() && to == Source::Nothing;
        (from != to && from != Source::Nothing && !retyped).then_some(Move { name, from, to })
    });
    moved.collect()
}

fn described(filled: &Filled<'_, '_>) -> String {
    match filled.body() {
        Body::None => "empty".to_owned(),
        Body::Whole => "the whole request".to_owned(),
        Body::Field(_) => format!("the field `{}`", filled.binding.body),
    }
}
