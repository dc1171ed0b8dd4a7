//! Rpcs as tools of language models. What follows from a new name of the rpc, or
//! from its streaming, is told there.

use crate::compat::finding::{Directions, Positions};
use crate::compat::options;
use crate::compat::pair::MethodChange;
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::Method;

pub(super) const REMOVED: Rule = row! {
    rpc "tool-removed": Warning [Tool] B Break F Ok,
    anchor [],
    "an rpc is no longer a tool of language models",
    Check::Method(removed)
};

pub(super) const RENAMED: Rule = row! {
    rpc "tool-renamed": Warning [Tool] B Break F Break,
    anchor [],
    "language models call an rpc by another name",
    Check::Method(renamed)
};

fn removed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    if let (Some(old), None, false) = names(change) {
        let message = format!("the tool was `{old}` and is hidden");
        let directions = REMOVED.directions;
        change.report(sink, message, directions).positions = Positions::REQUEST;
    }
}

fn renamed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    if let (Some(old), Some(new), _) = names(change)
        && old != new
    {
        let message = format!("the tool was `{old}` and is `{new}`");
        change.report(sink, message, Directions::BREAK).positions = Positions::REQUEST;
    }
}

/// The names on both sides, and whether the new rpc streams.
fn names(change: &MethodChange<'_, '_>) -> (Option<String>, Option<String>, bool) {
    let Some((old, new)) = change.change.kept() else { return (None, None, false) };
    let service = change.cx.new.service(change.new_service);
    let name = |side: &Method<'_>| options::tool(side, (service, new));
    (name(old), name(new), new.client_streaming || new.server_streaming)
}
