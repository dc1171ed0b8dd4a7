//! The handle that users open and pass to servers and clients.

use std::fmt;
use std::sync::Arc;

use super::{
    Backend, Capabilities, Depth, Error, Publish, Published, Stored, Subscriber, Subscription,
    origin::Origin, registry,
};

/// A place that keeps messages until they are handled; see [`Backend`] for
/// what every one of them promises. Clones share it.
#[derive(Clone)]
pub struct Broker(pub(super) Arc<dyn Backend>, pub(super) Origin);

impl Broker {
    /// Opens the broker that the URL names:
    ///
    /// | URL | is |
    /// |---|---|
    /// | `memory:` | this process alone, gone with it; for tests |
    /// | `sqlite:PATH` | a file, shared by any number of processes, durable |
    /// | `nats://HOST`, `tls://HOST` | NATS `JetStream` |
    /// | `amqp://HOST`, `amqps://HOST` | `RabbitMQ` |
    /// | `redis://HOST`, `rediss://HOST` | Redis Streams |
    /// | `kafka://HOST`, `kafka+ssl://HOST` | Kafka |
    ///
    /// The last four need their cargo features. Options follow as a query, as
    /// `dedupe_window=SECONDS` (120) for all of them; `docs/queues.md` of the
    /// project lists the others, and what the brokers do not promise.
    ///
    /// # Errors
    /// An unknown scheme or option; a store that cannot be opened.
    pub async fn open(url: &str) -> Result<Self, Error> {
        Ok(Self(registry::open(url, false).await?, Origin::of(url)))
    }

    /// Opens a broker that agents work on already, to look into it: as
    /// [`open`](Self::open), but neither a file nor a place for attempts and results
    /// is made where there is none.
    ///
    /// # Errors
    /// As of [`open`](Self::open); what is missing.
    pub async fn open_existing(url: &str) -> Result<Self, Error> {
        Ok(Self(registry::open(url, true).await?, Origin::of(url)))
    }

    /// A handle on a backend of one's own.
    pub fn new(backend: impl Backend) -> Self {
        Self(Arc::new(backend), Origin::CUSTOM)
    }

    /// The kind of broker: the scheme of its URL without TLS, such as `nats`;
    /// `custom` for a backend of one's own.
    pub fn protocol(&self) -> &'static str {
        self.1.protocol
    }

    /// What others may be told of it.
    pub(crate) fn origin(&self) -> &Origin {
        &self.1
    }

    /// The same broker behind another backend, which leads to it.
    #[cfg(feature = "otel")]
    pub(crate) fn behind(self, backend: impl Backend) -> Self {
        Self(Arc::new(backend), self.1)
    }

    /// What the backend can do by itself.
    pub fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    /// The most bytes that a message may have, headers included, where the
    /// broker has such a limit.
    pub fn max_message(&self) -> Option<usize> {
        self.0.max_message()
    }

    /// Stores a message; it is durable once this resolves.
    ///
    /// # Errors
    /// The broker cannot write, or is closed. The message may be stored even so.
    pub async fn publish(&self, message: Publish) -> Result<Published, Error> {
        self.0.publish(message).await
    }

    /// Makes sure that messages of a subject have a place; or verifies it where the URL says
    /// so. Consumers do this for their dead letters when they start.
    ///
    /// # Errors
    /// `Config` where there is none, and none may be made; `Unavailable` where the broker does
    /// not answer.
    pub async fn prepare(&self, subject: &str) -> Result<(), Error> {
        self.0.prepare(subject).await
    }

    /// Joins a group.
    ///
    /// # Errors
    /// The broker cannot write, or is closed.
    pub async fn subscribe(
        &self,
        subscription: Subscription,
    ) -> Result<Box<dyn Subscriber>, Error> {
        self.0.subscribe(subscription).await
    }

    /// Counts what is stored under a subject.
    ///
    /// # Errors
    /// The broker cannot be read, or is closed.
    pub async fn depth(&self, subject: &str) -> Result<Depth, Error> {
        self.0.depth(subject).await
    }

    /// Lists at most `limit` messages of a subject after a position, oldest first.
    ///
    /// # Errors
    /// The backend cannot browse, cannot be read, or is closed.
    pub async fn browse(
        &self,
        subject: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Stored>, Error> {
        self.0.browse(subject, after, limit).await
    }

    /// Flushes and stops the broker, for every clone of this handle.
    ///
    /// # Errors
    /// The broker cannot write.
    pub async fn close(&self) -> Result<(), Error> {
        self.0.close().await
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Broker").field(&self.0.capabilities()).finish()
    }
}
