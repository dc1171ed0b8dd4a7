//! The consumer of one rpc: takes as many deliveries as it has hands for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::circuit::Circuit;
use super::envelope::names;
use super::{Options, attempt, claims};
use crate::Status;
use crate::broker::{Broker, Delivery, Error, Publish, Subscriber, Subscription};
use crate::service::{Dispatcher, QueueRoute, Rpc};

/// The longest pause after the broker failed to deliver.
const MAX_PAUSE: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// What every delivery of one rpc needs.
pub(super) struct Worker {
    pub(super) broker: Broker,
    pub(super) dispatcher: Dispatcher,
    pub(super) rpc: Rpc,
    pub(super) route: &'static QueueRoute,
    pub(super) options: Options,
    pub(super) circuit: Circuit,
    /// Whether its group is joined.
    pub(super) joined: AtomicBool,
}

impl Worker {
    /// Joins the group and works until the shutdown.
    pub(super) async fn serve(self: Arc<Self>) -> Result<(), Error> {
        let subscriber = match self.join().await {
            Err(_) if self.dispatcher.shutdown().is_cancelled() => return Ok(()),
            joined => joined?,
        };
        self.joined.store(true, Ordering::Release);
        self.dispatcher.board().report(self.route.subject, true);
        self.run(subscriber).await;
        Ok(())
    }

    /// Joins the group, as soon as the broker lets it; until the shutdown.
    async fn join(&self) -> Result<Box<dyn Subscriber>, Error> {
        let (shutdown, mut pause) = (self.dispatcher.shutdown(), FIRST_PAUSE);
        loop {
            match self.subscribe().await {
                Err(error) if error.is_retryable() && !shutdown.is_cancelled() => {
                    let subject = self.route.subject;
                    tracing::warn!(%error, subject, "the group cannot be joined yet");
                    pause = wait(shutdown, pause).await;
                }
                joined => return joined,
            }
        }
    }

    /// Joins the group, unless there can be no place for its dead letters.
    async fn subscribe(&self) -> Result<Box<dyn Subscriber>, Error> {
        let QueueRoute { subject, group, ack_wait, dead_letter, .. } = *self.route;
        match self.broker.prepare(dead_letter).await {
            // Its first message makes it.
            Err(error) if error.is_retryable() => {
                tracing::warn!(%error, dead_letter, "no place for dead letters yet");
            }
            prepared => prepared?,
        }
        self.broker.subscribe(Subscription::new(subject, group, ack_wait)).await
    }

    /// The message as the broker takes it, or why it takes none. An `async fn` would keep the
    /// message twice.
    pub(super) fn fit(
        &self,
        publish: Publish,
    ) -> impl Future<Output = Result<Publish, Status>> + Send {
        claims::fit(&self.broker, self.options.claims.as_ref(), publish)
    }

    /// How large a result may be that is remembered: it is a message of the
    /// broker's, and encoded there.
    pub(super) fn max_remembered(&self) -> usize {
        let limit = self.broker.max_message().unwrap_or(usize::MAX);
        self.options.max_remembered.min(limit / 8 * 5)
    }

    /// Works until the shutdown; then finishes what has begun, and gives back
    /// the rest.
    async fn run(self: Arc<Self>, mut subscriber: Box<dyn Subscriber>) {
        let shutdown = self.dispatcher.shutdown().clone();
        let mut running = JoinSet::new();
        let mut pause = FIRST_PAUSE;
        loop {
            let free = self.route.concurrency.max(1) - running.len();
            let free = self.circuit.admits(free, running.len());
            let taken = tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                Some(_) = running.join_next(), if !running.is_empty() => {
                    // A broker may end several in one step: then they are replaced in one.
                    tokio::task::yield_now().await;
                    while running.try_join_next().is_some() {}
                    continue;
                }
                () = self.circuit.ripe() => continue,
                taken = subscriber.next(free), if free > 0 => taken,
            };
            match taken {
                Ok(deliveries) => {
                    pause = FIRST_PAUSE;
                    for delivery in deliveries {
                        running.spawn(Arc::clone(&self).work(delivery));
                    }
                }
                Err(error) if error.is_retryable() => {
                    tracing::warn!(%error, subject = self.route.subject, "nothing is delivered");
                    pause = wait(&shutdown, pause).await;
                }
                Err(error) => {
                    tracing::error!(%error, subject = self.route.subject, "the consumer ends");
                    break;
                }
            }
        }
        if let Err(error) = subscriber.close().await {
            tracing::warn!(%error, subject = self.route.subject, "the consumer could not leave");
        }
        while running.join_next().await.is_some() {}
    }

    /// An `async fn` would keep the delivery twice.
    fn work(self: Arc<Self>, delivery: Delivery) -> impl Future<Output = ()> + Send {
        let span = self.span(&delivery);
        async move { attempt::work(&self, &delivery).await }.instrument(span)
    }

    /// What every line of the log about a delivery carries; the work fills in what
    /// is not known yet.
    fn span(&self, delivery: &Delivery) -> Span {
        tracing::info_span!(
            "delivery",
            subject = self.route.subject,
            group = self.route.group,
            correlation_id = Empty,
            message_id = delivery.headers.get(names::ID),
            attempt = Empty,
        )
    }

    /// Whether there is anything to see of it.
    pub(super) fn has_joined(&self) -> bool {
        self.joined.load(Ordering::Acquire)
    }

    /// Whether deliveries are asked for.
    pub(super) fn takes_work(&self) -> bool {
        !self.dispatcher.shutdown().is_cancelled() && !self.circuit.is_open()
    }
}

/// Waits, at most until the shutdown; returns the next pause.
async fn wait(shutdown: &tokio_util::sync::CancellationToken, pause: Duration) -> Duration {
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = tokio::time::sleep(pause) => {}
    }
    (pause * 2).min(MAX_PAUSE)
}
