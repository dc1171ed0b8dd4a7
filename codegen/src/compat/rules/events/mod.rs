//! Queue subjects and streams over HTTP.

mod channels;
mod streams;

use crate::compat::rule::{Check, Rule};
use crate::compat::rules::row::row;

/// The rules of the family.
pub(super) static RULES: &[Rule] = &[
    row! { events "channel-renamed": Error [Queue] B Break F Break, anchor [],
    "the requests of an rpc have another subject", Check::Method(channels::renamed) },
    row! { events "channel-removed": Error [Queue] B Break F Break, anchor [],
    "the requests of an rpc have no subject any longer", Check::Method(channels::removed) },
    row! { events "channel-key-changed": Error [Queue] B Break F Break, anchor [],
    "another field orders deliveries, or none", Check::Method(channels::key_changed) },
    row! { events "channel-idempotency-key-changed": Error [Queue] B Break F Break, anchor [],
    "another field makes requests the same work, or none",
    Check::Method(channels::idempotency_key_changed) },
    row! { events "channel-group-renamed": Error [Queue] B Break F Ok, anchor [],
    "consumers share deliveries under another name",
    Check::Method(channels::group_renamed) },
    row! { events "channel-delivery-weakened": Warning [Queue] B Conditional F Conditional, anchor [],
    "a delivery has less time or fewer attempts",
    Check::Method(channels::delivery_weakened) },
    row! { events "channel-dlq-renamed": Warning [Queue] B Conditional F Ok, anchor [],
    "undeliverable requests go to another subject",
    Check::Method(channels::dead_letter_renamed) },
    row! { events "sse-default-form-changed": Error [Sse] B Ok F Break, anchor [],
    "a stream has another form for callers that accept anything",
    Check::Service(streams::form_changed) },
    row! { events "sse-resume-changed": Error [Sse] B Break F Conditional, anchor [],
    "clients that lost a stream cannot go on with it as they did",
    Check::Method(streams::resume_changed) },
    row! { events "sse-event-changed": Error [Sse] B Break F Break, anchor [],
    "events have other names, or none", Check::Method(streams::event_changed) },
    row! { events "sse-heartbeat-changed": Info [Sse] B Ok F Conditional, anchor [],
    "silent streams are kept alive at another pace",
    Check::Method(streams::heartbeat_changed) },
    row! { events "sse-retry-changed": Info [Sse] B Ok F Ok, anchor [],
    "clients are told another time to reconnect", Check::Method(streams::retry_changed) },
];
