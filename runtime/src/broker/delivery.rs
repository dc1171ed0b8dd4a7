//! One message on its way through a consumer, and the ways it can end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Error, Lease, Publish};
use crate::Metadata;

/// A message that is leased to this consumer.
///
/// Dropped without being settled, it is released. Only the death of the process
/// leaves it to its lease.
pub struct Delivery {
    /// What the broker calls it: the same at every delivery, and of no other
    /// message of the group; empty where the broker has no such name.
    pub id: String,
    /// Where it was published to.
    pub subject: String,
    /// Its headers.
    pub headers: Metadata,
    /// Its content.
    pub body: Bytes,
    /// What happened to it before.
    pub history: History,
    lease: Arc<dyn Lease>,
    settled: AtomicBool,
}

/// What happened to a message before this delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// How many attempts have started.
    pub starts: u32,
    /// How many started attempts never came to an end: their process died,
    /// or lost the lease. Those that were excused are left out.
    pub crashes: u32,
    /// The attempts that ended with an error, oldest first; bounded by the
    /// consumer's limit on attempts.
    pub failures: Vec<Failure>,
}

/// An attempt that ended with an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// The name of the status code.
    pub code: String,
    /// The message of the status.
    pub message: String,
}

/// What a consumer is told when it starts an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// Go on: this is the attempt with this number, from 1.
    Run(u32),
    /// A message of the same key was handled before, with this result; the
    /// attempt is not counted.
    Done(Bytes),
    /// A message of the same key is being handled right now; the attempt is
    /// not counted.
    Busy,
}

/// How a delivery ends.
#[derive(Clone, Debug)]
pub enum Settlement {
    /// It is done with: handled, or given up. Everything listed is durable
    /// before the message is gone.
    Done {
        /// Messages to publish: replies, the dead letter.
        publish: Vec<Publish>,
        /// The result to remember for duplicates.
        remember: Option<Remember>,
    },
    /// It comes back after a pause, with the failure in its history.
    Retry {
        /// The pause.
        delay: Duration,
        /// What went wrong.
        failure: Failure,
    },
    /// It comes back after a pause, as if it had never been delivered.
    Release {
        /// The pause.
        delay: Duration,
    },
}

/// The result of a handled message, for its duplicates.
#[derive(Clone, Debug)]
pub struct Remember {
    /// The key that was passed to [`Delivery::start`].
    pub key: String,
    /// The result.
    pub result: Bytes,
    /// How long it is kept.
    pub window: Duration,
}

impl Delivery {
    /// A delivery of a backend.
    pub fn new(
        subject: impl Into<String>,
        headers: Metadata,
        body: Bytes,
        history: History,
        lease: Arc<dyn Lease>,
    ) -> Self {
        let settled = AtomicBool::new(false);
        let (id, subject) = (String::new(), subject.into());
        Self { id, subject, headers, body, history, lease, settled }
    }

    /// States what the broker calls the message.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Puts something between this delivery and its lease.
    #[cfg(feature = "otel")]
    pub(crate) fn wrap_lease(&mut self, wrap: impl FnOnce(Arc<dyn Lease>) -> Arc<dyn Lease>) {
        self.lease = wrap(Arc::clone(&self.lease));
    }

    /// See [`Lease::start`].
    ///
    /// # Errors
    /// The lease is lost, or the broker cannot write.
    pub async fn start(&self, key: Option<&str>) -> Result<Start, Error> {
        self.lease.start(key).await
    }

    /// See [`Lease::excuse`].
    ///
    /// # Errors
    /// The lease is lost, or the broker cannot write.
    pub async fn excuse(&self) -> Result<(), Error> {
        self.lease.excuse().await
    }

    /// See [`Lease::renew`].
    ///
    /// # Errors
    /// The lease is lost, or the broker cannot write.
    pub async fn renew(&self) -> Result<(), Error> {
        self.lease.renew().await
    }

    /// See [`Lease::settle`].
    ///
    /// # Errors
    /// The lease is lost, or the broker cannot write.
    pub async fn settle(&self, settlement: Settlement) -> Result<(), Error> {
        let outcome = self.lease.settle(settlement).await;
        let over = outcome.as_ref().err().is_none_or(Error::is_stale);
        self.settled.fetch_or(over, Ordering::Relaxed);
        outcome
    }

    /// The message is handled.
    ///
    /// # Errors
    /// The lease is lost, or the broker cannot write.
    pub async fn ack(&self) -> Result<(), Error> {
        self.settle(Settlement::Done { publish: Vec::new(), remember: None }).await
    }

    /// Gives the message back at once, as if it had never been delivered.
    ///
    /// # Errors
    /// The lease is lost, or the broker cannot write.
    pub async fn release(&self) -> Result<(), Error> {
        self.settle(Settlement::Release { delay: Duration::ZERO }).await
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if !self.settled.load(Ordering::Relaxed) {
            Arc::clone(&self.lease).abandon();
        }
    }
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery")
            .field("subject", &self.subject)
            .field("history", &self.history)
            .finish_non_exhaustive()
    }
}
