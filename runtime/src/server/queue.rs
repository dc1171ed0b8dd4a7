//! The builder's word for the queue.

use super::Server;
use crate::broker::Broker;
use crate::queue::{Consumer, Options};
use crate::service::InUse;

impl<S> Server<S> {
    /// Answers the rpcs of every service over a broker, each on its subject.
    #[must_use]
    pub fn queue(self, broker: Broker) -> Self {
        self.note(&broker);
        self.background(Consumer::new(broker))
    }

    /// Answers the rpcs over a broker, with settings of the consumer.
    #[must_use]
    pub fn queue_with(self, broker: Broker, options: Options) -> Self {
        self.note(&broker);
        self.background(Consumer::with_options(broker, options))
    }

    fn note(&self, broker: &Broker) {
        let origin = broker.origin();
        let (protocol, prefix) = (origin.protocol, origin.prefix.clone());
        self.parts.dispatcher.board().add_broker(InUse { protocol, prefix });
    }
}
