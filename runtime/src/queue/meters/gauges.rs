//! How much waits on a subject, and for how long.

use std::str::FromStr as _;
use std::time::{Duration, SystemTime};

use opentelemetry::metrics::Gauge;
use opentelemetry::{KeyValue, global};
use prost_types::Timestamp;

use super::instruments::{SCOPE, destination, system};
use crate::broker::{Broker, Capability, Depth};
use crate::queue::envelope::names;
use crate::service::QueueRoute;

/// The gauges of one subject.
pub(in crate::queue) struct Gauges {
    depth: Gauge<u64>,
    oldest: Gauge<f64>,
    browses: bool,
}

impl Gauges {
    pub(in crate::queue) fn new(broker: &Broker) -> Self {
        let meter = global::meter(SCOPE);
        Self {
            depth: meter
                .u64_gauge("agentgen.queue.depth")
                .with_unit("{message}")
                .with_description("Messages that are stored, by state.")
                .build(),
            oldest: meter
                .f64_gauge("agentgen.queue.oldest")
                .with_unit("s")
                .with_description("How long ago the oldest stored message was sent.")
                .build(),
            browses: broker.capabilities().has(Capability::Browse),
        }
    }

    pub(in crate::queue) async fn record(&self, broker: &Broker, route: &QueueRoute, depth: Depth) {
        let attributes = destination(system(broker), route.subject);
        let Depth { ready, delayed, leased } = depth;
        for (state, count) in [("ready", ready), ("delayed", delayed), ("leased", leased)] {
            let mut attributes = attributes.clone();
            attributes.push(KeyValue::new("agentgen.queue.state", state));
            self.depth.record(count, &attributes);
        }
        let age = if depth.total() == 0 {
            Some(Duration::ZERO)
        } else if self.browses {
            oldest(broker, route.subject).await
        } else {
            None
        };
        if let Some(age) = age {
            self.oldest.record(age.as_secs_f64(), &attributes);
        }
    }
}

/// The age of the oldest message, where it says when it was sent.
async fn oldest(broker: &Broker, subject: &str) -> Option<Duration> {
    let stored = broker.browse(subject, 0, 1).await.ok()?;
    let sent = Timestamp::from_str(stored.first()?.headers.get(names::TIME)?).ok()?;
    let sent = SystemTime::try_from(sent).ok()?;
    Some(SystemTime::now().duration_since(sent).unwrap_or_default())
}
