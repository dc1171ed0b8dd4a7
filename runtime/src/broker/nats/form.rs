//! What a stream or a consumer that exists must look like: one in another form is
//! refused, with all that differs, and left as it is. What is only set apart from ours and
//! keeps every promise is taken: a limit that refuses new messages, for example.

use std::fmt::Display;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, Config as Consumer};
use async_nats::jetstream::stream::{Config as Stream, DiscardPolicy, StorageType};

use crate::broker::Error;

/// Refuses a stream that would not keep its promises.
pub(super) fn stream(found: &Stream, wanted: &Stream) -> Result<(), Error> {
    let window = wanted.duplicate_window;
    let limited = found.max_messages > 0 || found.max_bytes > 0;
    let loses = limited && found.discard == DiscardPolicy::Old;
    let in_memory = found.storage == StorageType::Memory && wanted.storage == StorageType::File;
    let per_subject = found.max_messages_per_subject.max(0) != wanted.max_messages_per_subject;
    let what = [
        differs(found.retention != wanted.retention, "retention policy", &found.retention),
        differs(found.subjects != wanted.subjects, "subjects", &found.subjects),
        differs(in_memory, "storage", &found.storage),
        differs(loses, "discard policy beside a limit", &found.discard),
        differs(loses && found.max_messages > 0, "max_msgs", &found.max_messages),
        differs(loses && found.max_bytes > 0, "max_bytes", &found.max_bytes),
        differs(per_subject, "limit of messages per subject", &found.max_messages_per_subject),
        differs(
            !window.is_zero() && found.duplicate_window != window,
            "dedupe window",
            &found.duplicate_window,
        ),
        differs(found.max_age != wanted.max_age, "age limit", &found.max_age),
        differs(
            found.num_replicas != wanted.num_replicas,
            "number of replicas",
            &found.num_replicas,
        ),
        differs(found.no_ack, "no_ack", &found.no_ack),
        differs(found.sealed, "sealed", &found.sealed),
        differs(found.deny_delete, "deny_delete", &found.deny_delete),
    ];
    refuse("stream", &wanted.name, what)
}

/// Refuses a consumer of a group that would lose messages, or mix up their order.
pub(super) fn consumer(
    name: &str,
    found: &Consumer,
    filter: &str,
    in_order: bool,
) -> Result<(), Error> {
    let ack = found.ack_policy != AckPolicy::Explicit;
    // What is held back counts as pending: a limit would hold up all others.
    let pending = if in_order { found.max_ack_pending != 1 } else { found.max_ack_pending > 0 };
    let what = [
        differs(found.filter_subject != filter, "filter", &found.filter_subject),
        differs(ack, "ack_policy", &found.ack_policy),
        differs(found.max_deliver > 0, "max_deliver", &found.max_deliver),
        differs(pending, "max_ack_pending", &found.max_ack_pending),
        differs(found.deliver_subject.is_some(), "deliver_subject", &found.deliver_subject),
    ];
    refuse("consumer", name, what)
}

/// Refuses a lease of the server that ends before those of this process.
pub(super) fn short_lease(name: &str, found: Duration, wanted: Duration) -> Error {
    Error::config(format!(
        "consumer `{name}` has another ack_wait ({found:?}) than is asked for here, at least \
         {wanted:?}, and `topology=verify` changes none"
    ))
}

fn differs(differs: bool, what: &str, found: &impl std::fmt::Debug) -> Option<String> {
    differs.then(|| format!("{what} ({found:?})"))
}

fn refuse(
    kind: impl Display,
    name: &str,
    what: impl IntoIterator<Item = Option<String>>,
) -> Result<(), Error> {
    let what: Vec<_> = what.into_iter().flatten().collect();
    if what.is_empty() {
        return Ok(());
    }
    Err(Error::config(format!(
        "{kind} `{name}` exists with another {} than is asked for: use the same options \
         everywhere, another `prefix=`, or change or delete the {kind}",
        what.join(", ")
    )))
}
