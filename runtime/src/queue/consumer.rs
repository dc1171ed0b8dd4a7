//! The queue as a transport of the server: one worker for each rpc with a
//! subject.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

use super::circuit::{Circuit, Circuits};
use super::worker::Worker;
use super::{Options, meters, namespace, watch};
use crate::Status;
use crate::broker::Broker;
use crate::server::Background;
use crate::service::{Dispatcher, QueueRoute, Rpc};

/// Answers the rpcs of a server over a broker.
#[derive(Debug)]
pub struct Consumer {
    broker: Broker,
    options: Options,
    circuits: Circuits,
}

impl Consumer {
    /// A consumer with default settings.
    pub fn new(broker: Broker) -> Self {
        Self::with_options(broker, Options::default())
    }

    /// A consumer with these settings.
    pub fn with_options(broker: Broker, options: Options) -> Self {
        Self { broker: meters::measured(broker), options, circuits: Circuits::default() }
    }

    /// Where to see which rpcs take work; see [`Options::circuit`].
    pub fn circuits(&self) -> Circuits {
        self.circuits.clone()
    }

    /// Joins every group and works until [`Dispatcher::shutdown`] fires and
    /// what had begun is finished. Dropped, it gives back what it holds.
    ///
    /// # Errors
    /// A group cannot be joined; a broker that is away meanwhile is waited for.
    pub async fn run(self, dispatcher: Dispatcher) -> Result<(), Status> {
        let (mut workers, mut watched) = (JoinSet::new(), Vec::new());
        for (rpc, route) in routes(&dispatcher) {
            let (broker, options) = (self.broker.clone(), self.options.clone());
            let (dispatcher, route) = (dispatcher.clone(), namespace::route(&options, route));
            let circuit = Circuit::new(options.circuit, route.subject);
            self.circuits.add(&circuit);
            let joined = false.into();
            let worker = Worker { broker, dispatcher, rpc, route, options, circuit, joined };
            let worker = Arc::new(worker);
            watched.push(Arc::clone(&worker));
            workers.spawn(worker.serve());
        }
        let watch = watch::watch(watched, self.options.watch);
        let _watch = AbortOnDropHandle::new(tokio::spawn(watch));
        while let Some(ended) = workers.join_next().await {
            ended.map_err(|error| Status::internal("a worker panicked").with_source(error))??;
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
