//! What callers may rely on beside types: that repeating is safe, how long a
//! call may take, who may call, and how a list is paged through.

use std::time::Duration;

use crate::compat::finding::{Directions, Positions, Verdict};
use crate::compat::options::{self, Idempotency};
use crate::compat::pair::MethodChange;
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{Kind, Label, Method, Schema};

pub(super) const IDEMPOTENCY_WEAKENED: Rule = row! {
    rpc "rpc-idempotency-weakened": Error [Wire, Json, Http] B Break F Ok,
    anchor ["RPC_SAME_IDEMPOTENCY_LEVEL"],
    "an rpc promises less about being repeated",
    Check::Method(idempotency_weakened)
};

pub(super) const IDEMPOTENCY_STRENGTHENED: Rule = row! {
    rpc "rpc-idempotency-strengthened": Info [Wire, Json, Http] B Ok F Ok,
    anchor ["RPC_SAME_IDEMPOTENCY_LEVEL"],
    "an rpc promises more about being repeated",
    Check::Method(idempotency_strengthened)
};

pub(super) const TIMEOUT: Rule = row! {
    rpc "rpc-timeout-shortened": Warning [Wire, Json, Http, Queue] B Conditional F Ok,
    anchor [],
    "a call of an rpc may take less time",
    Check::Method(timeout_shortened)
};

pub(super) const VALIDATION: Rule = row! {
    rpc "rpc-validation-enabled": Warning [Wire, Json, Http, Queue] B Conditional F Ok,
    anchor [],
    "requests of an rpc are checked against rules that were not enforced",
    Check::Method(validation_enabled)
};

pub(super) const RETRY: Rule = row! {
    rpc "rpc-retry-policy-weakened": Warning [Queue] B Conditional F Ok,
    anchor [],
    "failed deliveries are tried again after shorter pauses",
    Check::Method(retry_weakened)
};

pub(super) const AUTH_TIGHTENED: Rule = row! {
    rpc "rpc-auth-tightened": Error [Wire, Json, Http] B Break F Ok,
    anchor [],
    "an rpc needs a scope that it did not need",
    Check::Method(auth_tightened)
};

pub(super) const AUTH_LOOSENED: Rule = row! {
    rpc "rpc-auth-loosened": Warning [Wire, Json, Http] B Ok F Ok,
    anchor [],
    "an rpc no longer needs a scope",
    Check::Method(auth_loosened)
};

pub(super) const PAGINATION: Rule = row! {
    rpc "pagination-changed": Error [Wire, Json, Source] B Break F Break,
    anchor [],
    "an rpc began or ceased to give its list in pages",
    Check::Method(pagination_changed)
};

/// The server refuses, or treats otherwise, what old callers send.
const FOR_OLD_CALLERS: Directions = Directions::new(Verdict::Break, Verdict::Ok);

fn idempotency(change: &MethodChange<'_, '_>) -> Option<(Idempotency, Idempotency)> {
    let (old, new) = change.change.kept()?;
    Some((options::idempotency(old.options), options::idempotency(new.options)))
}

fn idempotency_weakened(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = idempotency(change).filter(|(old, new)| new < old) else { return };
    let message = format!("the rpc is {} and was {}", new.name(), old.name());
    change.report(sink, message, FOR_OLD_CALLERS).positions = Positions::REQUEST;
}

fn idempotency_strengthened(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = idempotency(change).filter(|(old, new)| new > old) else { return };
    let message = format!("the rpc is {} and was {}", new.name(), old.name());
    change.report(sink, message, Directions::OK).positions = Positions::REQUEST;
}

fn timeout_shortened(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let (before, Some(after)) = (options::timeout(old), options::timeout(new)) else { return };
    if before.is_none_or(|before| after < before) {
        let before = before.map_or_else(|| "any time".to_owned(), seconds);
        let message = format!("a call may take {} and could take {before}", seconds(after));
        let directions = Directions::new(Verdict::Conditional, Verdict::Ok);
        change.report(sink, message, directions).positions = change.cx.request_positions(change);
    }
}

fn validation_enabled(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let cx = change.cx;
    let before = options::validated(cx.old.service(change.old_service), old);
    let after = options::validated(cx.new.service(change.new_service), new);
    if after && !before {
        let message = "requests are checked against their rules, which were not enforced";
        let directions = Directions::new(Verdict::Conditional, Verdict::Ok);
        change.report(sink, message.to_owned(), directions).positions =
            change.cx.request_positions(change);
    }
}

fn seconds(duration: Duration) -> String {
    format!("{}s", duration.as_secs_f64())
}

fn retry_weakened(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let cx = change.cx;
    if options::queue(cx.new.service(change.new_service), new).is_none() {
        return;
    }
    let (before, after) = (options::backoff(old), options::backoff(new));
    let mut told = Vec::new();
    if after.initial < before.initial {
        told.push(format!(
            "the first pause is up to {} and was up to {}",
            seconds(after.initial),
            seconds(before.initial)
        ));
    }
    if after.max < before.max {
        told.push(format!(
            "no pause is over {} and none was over {}",
            seconds(after.max),
            seconds(before.max)
        ));
    }
    if after.multiplier < before.multiplier {
        told.push(format!("pauses grow by {} and grew by {}", after.multiplier, before.multiplier));
    }
    if !told.is_empty() {
        let directions = Directions::new(Verdict::Conditional, Verdict::Ok);
        change.report(sink, told.join("; "), directions).positions = Positions::JOB;
    }
}

/// The scopes that one side needs and the other does not.
fn scopes<'a>(change: &MethodChange<'_, 'a>) -> Option<(Vec<&'a str>, Vec<&'a str>)> {
    let (old, new) = change.change.kept()?;
    let cx = change.cx;
    let before = options::scopes(cx.old.service(change.old_service), old);
    let after = options::scopes(cx.new.service(change.new_service), new);
    let added = after.iter().copied().filter(|scope| !before.contains(scope)).collect();
    let removed = before.iter().copied().filter(|scope| !after.contains(scope)).collect();
    Some((added, removed))
}

fn named(scopes: &[&str]) -> String {
    let noun = if scopes.len() == 1 { "scope" } else { "scopes" };
    let scopes = scopes.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>();
    format!("{noun} {}", scopes.join(", "))
}

fn auth_tightened(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((added, _)) = scopes(change) else { return };
    if !added.is_empty() {
        let message = format!("callers need the {} and did not", named(&added));
        change.report(sink, message, FOR_OLD_CALLERS).positions = Positions::REQUEST;
    }
}

fn auth_loosened(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((_, removed)) = scopes(change) else { return };
    if !removed.is_empty() {
        let message = format!("callers no longer need the {}", named(&removed));
        change.report(sink, message, Directions::OK).positions = Positions::REQUEST;
    }
}

/// Whether an rpc gives a list in pages: a request with a token, a reply with
/// the next one.
fn pages(schema: &Schema<'_>, method: &Method<'_>) -> bool {
    let has = |message: &str, name: &str, kind: Kind| {
        schema.message_named(message).is_some_and(|id| {
            schema.message(id).fields.iter().any(|field| {
                field.name == name && field.kind == kind && field.label != Label::Repeated
            })
        })
    };
    has(method.input, "page_token", Kind::String)
        && has(method.output, "next_page_token", Kind::String)
}

fn pagination_changed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    // An rpc that gives something else altogether is told as that.
    if !change.cx.same_type(old.output, new.output) {
        return;
    }
    let (message, directions) = match (pages(change.cx.old, old), pages(change.cx.new, new)) {
        (false, true) => (
            "the rpc gives its list in pages and gave it whole",
            Directions::new(Verdict::Ok, Verdict::Break),
        ),
        (true, false) => (
            "the rpc gives its list whole and gave it in pages",
            Directions::new(Verdict::Break, Verdict::Ok),
        ),
        _ => return,
    };
    change.report(sink, message, directions).positions = change.cx.response_positions(change);
}
