//! The attributes of what is measured, made once for each subject and group: most of what
//! is recorded differs in the values alone.

use std::sync::Arc;

use opentelemetry::KeyValue;

use super::instruments::{destination, operation};

/// How a delivery ends.
#[derive(Clone, Copy)]
pub(super) enum End {
    Ack,
    DeadLetter,
    Retry,
    Release,
}

/// In the order of [`End`].
const NAMES: [&str; 4] = ["ack", "dead_letter", "retry", "release"];

/// The attributes of sending to one subject.
pub(super) struct Sending {
    pub(super) operation: Vec<KeyValue>,
    /// Of the operation, the counter has the name alone.
    pub(super) sent: Vec<KeyValue>,
}

impl Sending {
    pub(super) fn to(system: &'static str, subject: &str) -> Self {
        let [name, kind] = operation("publish", "send");
        let sent = with(&destination(system, subject), [name]);
        Self { operation: with(&sent, [kind]), sent }
    }
}

/// The attributes of what a group receives.
pub(super) struct Receiving {
    pub(super) received: Vec<KeyValue>,
    pub(super) processed: Vec<KeyValue>,
    ends: [Ended; 4],
}

/// The attributes of deliveries that end in one way.
pub(super) struct Ended {
    pub(super) settling: Vec<KeyValue>,
    pub(super) outcome: Vec<KeyValue>,
}

impl Receiving {
    /// Of a group that has a name, unless it goes with its consumer.
    pub(super) fn from(system: &'static str, subject: &str, group: Option<&str>) -> Self {
        let mut all = destination(system, subject);
        if let Some(group) = group {
            all.push(KeyValue::new("messaging.consumer.group.name", Arc::<str>::from(group)));
        }
        let [name, _] = operation("receive", "receive");
        let ends = NAMES.map(|end| Ended {
            settling: with(&all, operation(end, "settle")),
            outcome: with(&all, [KeyValue::new("agentgen.queue.outcome", end)]),
        });
        let processed = with(&all, operation("process", "process"));
        Self { received: with(&all, [name]), processed, ends }
    }

    pub(super) fn ended(&self, end: End) -> &Ended {
        &self.ends[end as usize]
    }
}

/// These attributes, and others.
pub(super) fn with(
    attributes: &[KeyValue],
    more: impl IntoIterator<Item = KeyValue>,
) -> Vec<KeyValue> {
    attributes.iter().cloned().chain(more).collect()
}
