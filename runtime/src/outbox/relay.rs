//! The task that publishes what an outbox holds.

use std::fmt;
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::publish::publish;
use super::store::Store;
use crate::Status;
use crate::broker::Broker;
use crate::queue::Claims;
use crate::server::Background;
use crate::service::Dispatcher;

/// How many rows are read at once.
const BATCH: usize = 256;

/// The longest pause after a failure.
const MAX_PAUSE: Duration = Duration::from_secs(10);

/// What a relay has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Messages that the broker has confirmed.
    pub published: u64,
    /// Messages that the broker never takes; they stay in the table, with the
    /// reason in `error`.
    pub refused: u64,
    /// Failures in a row, of the broker or the database; 0 where all is well.
    pub failures: u32,
    /// Whether it is this relay's turn.
    pub active: bool,
}

/// Publishes the messages of an outbox until it is told to stop: by
/// [`Server::background`](crate::Server::background), or by hand.
pub struct Relay {
    store: Box<dyn Store>,
    broker: Broker,
    claims: Option<Claims>,
    poll: Duration,
    progress: watch::Sender<Progress>,
}

impl Relay {
    pub(super) fn new(store: impl Store + 'static, broker: Broker) -> Self {
        let (poll, progress) = (Duration::from_millis(100), watch::Sender::default());
        Self { store: Box::new(store), broker, claims: None, poll, progress }
    }

    /// Where bodies go that are too large for the broker.
    #[must_use]
    pub fn claims(mut self, claims: Claims) -> Self {
        self.claims = Some(claims);
        self
    }

    /// How often the table is looked at where it was empty; 100 ms by default.
    #[must_use]
    pub fn poll(mut self, pause: Duration) -> Self {
        self.poll = pause;
        self
    }

    /// Watches what it does.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Publishes until `stop` fires; the batch in hand is finished first. Broker
    /// and database may be away for as long as they like.
    pub async fn run(mut self, stop: CancellationToken) {
        let (mut prepared, mut pause) = (false, Duration::ZERO);
        while !stop.is_cancelled() {
            let round = async {
                if !prepared {
                    self.store.prepare().await?;
                    prepared = true;
                }
                self.round().await
            };
            let idle = match round.await {
                Ok(0) => {
                    self.failed(0);
                    self.poll
                }
                Ok(_) => {
                    self.failed(0);
                    pause = Duration::ZERO;
                    continue;
                }
                Err(status) => {
                    tracing::warn!(%status, "the outbox cannot be published for now");
                    let failures = self.progress.borrow().failures;
                    self.failed(failures.saturating_add(1));
                    pause = (pause * 2).clamp(Duration::from_millis(100), MAX_PAUSE);
                    pause
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(idle) => {}
            }
        }
    }

    /// Publishes one batch; returns how many rows it settled.
    async fn round(&mut self) -> Result<usize, Status> {
        let Some(rows) = self.store.take(BATCH).await? else {
            self.progress.send_modify(|progress| progress.active = false);
            return Ok(0);
        };
        let (settled, outcome) = publish(&self.broker, self.claims.as_ref(), rows).await;
        let (published, refused) = (settled.published.len(), settled.refused.len());
        // Settled though a later one failed: what is confirmed need not be repeated.
        self.store.settle(settled).await?;
        self.progress.send_modify(|progress| {
            progress.published += published as u64;
            progress.refused += refused as u64;
            progress.active = true;
        });
        if published > 0 {
            tracing::debug!(published, "messages of the outbox are published");
        }
        outcome.map(|()| published + refused)
    }

    fn failed(&self, failures: u32) {
        self.progress.send_if_modified(|progress| {
            let changed = progress.failures != failures;
            progress.failures = failures;
            changed
        });
    }
}

impl Background for Relay {
    fn answers(&self) -> bool {
        false
    }

    fn run(self: Box<Self>, dispatcher: Dispatcher) -> BoxFuture<'static, Result<(), Status>> {
        Box::pin(async move {
            (*self).run(dispatcher.shutdown().clone()).await;
            Ok(())
        })
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("progress", &*self.progress.borrow()).finish_non_exhaustive()
    }
}
