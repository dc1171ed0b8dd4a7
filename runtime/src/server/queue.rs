//! The builder's word for the queue.

use super::Server;
use super::run::Parts;
use crate::broker::Broker;
use crate::queue::{Consumer, Options};
use crate::service::InUse;

impl<S> Server<S> {
    /// Answers the rpcs of every service over a broker, each on its subject; but for those of
    /// servers that are [added](Server::add_service) with a queue of their own.
    #[must_use]
    pub fn queue(self, broker: Broker) -> Self {
        self.queue_with(broker, Options::default())
    }

    /// Answers the rpcs over a broker, with settings of the consumer.
    #[must_use]
    pub fn queue_with(mut self, broker: Broker, options: Options) -> Self {
        self.parts.consume(broker, options);
        self
    }
}

impl Parts {
    fn consume(&mut self, broker: Broker, options: Options) {
        let origin = broker.origin();
        let (protocol, prefix) = (origin.protocol, origin.prefix.clone());
        self.dispatcher.board().add_broker(InUse { protocol, prefix });
        self.background.push(Box::new(Consumer::with_options(broker, options)));
    }
}
