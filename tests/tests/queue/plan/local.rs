//! A consumer in the test's own process, whose handler is a closure.

use std::time::Duration;

use agentgen::broker::Broker;
use agentgen::queue::{Consumer, Options};
use agentgen::service::Dispatcher;
use agentgen::testing::probe::{Job, Probe};
use agentgen::{Context, Status};
use tokio::task::JoinHandle;

use super::case::CONCURRENCY;

/// How long it leases a delivery.
pub(crate) const LEASE: Duration = Duration::from_secs(1);

pub(crate) struct Local {
    dispatcher: Dispatcher,
    task: JoinHandle<Result<(), Status>>,
}

impl Local {
    pub(crate) fn start<F>(
        broker: &Broker,
        options: Options,
        handle: impl Fn(Context, Job) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Job, Status>> + Send + 'static,
    {
        Self::serve(broker, options, Probe::new(handle))
    }

    pub(crate) fn serve(broker: &Broker, options: Options, probe: Probe) -> Self {
        let dispatcher = probe.with_limits(CONCURRENCY, LEASE).into_dispatcher();
        let consumer = Consumer::with_options(broker.clone(), options);
        let task = tokio::spawn(consumer.run(dispatcher.clone()));
        Self { dispatcher, task }
    }

    pub(crate) async fn stop(self) {
        self.dispatcher.shutdown().cancel();
        let ended = tokio::time::timeout(SOON, self.task).await.expect("it ends in time");
        ended.expect("no panic").expect("it ends well");
    }
}

/// How long something may take that must happen.
pub(crate) const SOON: Duration = Duration::from_secs(60);

/// Waits until something holds.
pub(crate) async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let waited = tokio::time::timeout(SOON, async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    assert!(waited.await.is_ok(), "{what} did not happen within {SOON:?}");
}
