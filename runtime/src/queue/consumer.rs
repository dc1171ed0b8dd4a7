//! The queue as a transport of the server: one worker for each rpc with a
//! subject.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use tokio::task::JoinSet;

use super::Options;
use super::worker::Worker;
use crate::Status;
use crate::broker::Broker;
use crate::server::Background;
use crate::service::{Dispatcher, QueueRoute, Rpc};

/// Answers the rpcs of a server over a broker.
#[derive(Debug)]
pub struct Consumer {
    broker: Broker,
    options: Options,
}

impl Consumer {
    /// A consumer with default settings.
    pub fn new(broker: Broker) -> Self {
        Self { broker, options: Options::default() }
    }

    /// A consumer with these settings.
    pub fn with_options(broker: Broker, options: Options) -> Self {
        Self { broker, options }
    }

    /// Joins every group and works until [`Dispatcher::shutdown`] fires and
    /// what had begun is finished. Dropped, it gives back what it holds.
    ///
    /// # Errors
    /// A group cannot be joined.
    pub async fn run(self, dispatcher: Dispatcher) -> Result<(), Status> {
        let mut workers = JoinSet::new();
        for (rpc, route) in routes(&dispatcher) {
            let (broker, options) = (self.broker.clone(), self.options.clone());
            let dispatcher = dispatcher.clone();
            let worker = Arc::new(Worker { broker, dispatcher, rpc, route, options });
            let subscriber = worker.subscribe().await?;
            workers.spawn(worker.run(subscriber));
        }
        while let Some(ended) = workers.join_next().await {
            ended.map_err(|error| Status::internal("a worker panicked").with_source(error))?;
            // Without a shutdown no worker ends on its own while the broker works.
            if !dispatcher.shutdown().is_cancelled() {
                return Err(Status::unavailable("the broker ended a subscription"));
            }
        }
        Ok(())
    }
}

impl Background for Consumer {
    fn run(self: Box<Self>, dispatcher: Dispatcher) -> BoxFuture<'static, Result<(), Status>> {
        Box::pin((*self).run(dispatcher))
    }
}

fn routes(dispatcher: &Dispatcher) -> Vec<(Rpc, &'static QueueRoute)> {
    let of = |rpc: Rpc| {
        let routes = rpc.service().queue.iter().filter(|route| route.method == rpc.index());
        routes.map(|route| (rpc.clone(), route)).collect::<Vec<_>>()
    };
    dispatcher.rpcs().flat_map(of).collect()
}
