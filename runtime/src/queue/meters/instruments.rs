//! The instruments, and the attributes that they share.

use std::sync::Arc;

use opentelemetry::metrics::{Counter, Histogram};
use opentelemetry::{KeyValue, global};

use crate::broker::{Broker, Error, ErrorKind};

/// The scope that everything is recorded under.
pub(super) const SCOPE: &str = "agentgen";

/// The bounds that the conventions ask for, in seconds.
const BOUNDS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// What replies are sent to: a subject for each caller, too many for a meter.
const REPLIES: &str = "agentgen.reply.";

pub(super) struct Instruments {
    pub(super) sent: Counter<u64>,
    pub(super) consumed: Counter<u64>,
    pub(super) operation: Histogram<f64>,
    pub(super) process: Histogram<f64>,
    pub(super) attempts: Histogram<u64>,
    pub(super) settled: Counter<u64>,
}

impl Instruments {
    /// Those of the meter provider that is set now.
    pub(super) fn new() -> Self {
        let meter = global::meter(SCOPE);
        let seconds = |name, text| {
            let histogram = meter.f64_histogram(name).with_unit("s").with_description(text);
            histogram.with_boundaries(BOUNDS.to_vec()).build()
        };
        let messages = |name, text| {
            meter.u64_counter(name).with_unit("{message}").with_description(text).build()
        };
        Self {
            sent: messages("messaging.client.sent.messages", "Messages that were sent."),
            consumed: messages(
                "messaging.client.consumed.messages",
                "Messages that were delivered.",
            ),
            operation: seconds(
                "messaging.client.operation.duration",
                "How long the broker took to take a message, or word of its end.",
            ),
            process: seconds("messaging.process.duration", "How long handling a message took."),
            attempts: meter
                .u64_histogram("agentgen.queue.attempts")
                .with_unit("{attempt}")
                .with_description("Which attempt at a message it was that came to an end.")
                .with_boundaries(vec![1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
                .build(),
            settled: messages("agentgen.queue.settled", "How deliveries ended."),
        }
    }
}

/// The name that the conventions have for a kind of broker.
pub(super) fn system(broker: &Broker) -> &'static str {
    match broker.protocol() {
        "amqp" => "rabbitmq",
        protocol => protocol,
    }
}

/// Whether a subject is a caller's, in whatever namespace.
pub(super) fn is_reply(subject: &str) -> bool {
    subject.contains(REPLIES)
}

/// Where a message goes or comes from; cheap to clone.
pub(super) fn destination(system: &'static str, subject: &str) -> Vec<KeyValue> {
    let mut attributes = vec![KeyValue::new("messaging.system", system)];
    if is_reply(subject) {
        attributes.push(KeyValue::new("messaging.destination.template", "agentgen.reply.{id}"));
        attributes.push(KeyValue::new("messaging.destination.temporary", true));
    } else {
        attributes.push(KeyValue::new("messaging.destination.name", Arc::<str>::from(subject)));
    }
    attributes
}

/// What the broker was asked to do.
pub(super) fn operation(name: &'static str, kind: &'static str) -> [KeyValue; 2] {
    [
        KeyValue::new("messaging.operation.name", name),
        KeyValue::new("messaging.operation.type", kind),
    ]
}

/// Why a handler failed: the name of its status code.
pub(super) fn failure(code: &str) -> KeyValue {
    KeyValue::new("error.type", code.to_owned())
}

/// Why the broker did not do what it was asked.
pub(super) fn refusal(error: &Error) -> KeyValue {
    KeyValue::new(
        "error.type",
        match error.kind() {
            ErrorKind::Config => "config",
            ErrorKind::Refused => "refused",
            ErrorKind::Stale => "stale",
            ErrorKind::Closed => "closed",
            ErrorKind::Incompatible => "incompatible",
            ErrorKind::Unavailable => "unavailable",
        },
    )
}
