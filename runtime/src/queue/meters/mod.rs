//! What of the queue is measured: messages sent and consumed, how long handling
//! and the broker take, attempts and their outcomes, and how much waits. Without
//! the feature `otel`, nothing.
//!
//! Names and attributes are those of OpenTelemetry's semantic conventions for
//! messaging where they have any, and begin with `agentgen.queue.` where not.

#[cfg(feature = "otel")]
mod attributes;
#[cfg(feature = "otel")]
mod gauges;
#[cfg(feature = "otel")]
mod instruments;
#[cfg(feature = "otel")]
mod metered;

#[cfg(feature = "otel")]
pub(super) use gauges::Gauges;
#[cfg(feature = "otel")]
pub(super) use metered::measured;

#[cfg(not(feature = "otel"))]
pub(super) use nothing::{Gauges, measured};

#[cfg(not(feature = "otel"))]
mod nothing {
    //! The same without meters.

    use crate::broker::{Broker, Depth};
    use crate::service::QueueRoute;

    pub(in crate::queue) struct Gauges;

    impl Gauges {
        pub(in crate::queue) fn new(_: &Broker) -> Self {
            Self
        }

        pub(in crate::queue) async fn record(&self, _: &Broker, _: &QueueRoute, _: Depth) {}
    }

    pub(in crate::queue) fn measured(broker: Broker) -> Broker {
        broker
    }
}
