//! The three traits of a backend. Their documentation is the contract that
//! `testing::broker_suite` asks of every backend.

use std::sync::Arc;

use futures_core::future::BoxFuture;

use super::{
    Capabilities, Delivery, Depth, Error, Publish, Published, Settlement, Start, Stored,
    Subscription,
};

/// A place that keeps messages until they are handled.
///
/// - **Durability**: once `publish` resolves, the message outlives this
///   process, as far as [`Capability::Durable`](super::Capability::Durable) says.
/// - **Delivery** is at least once to each group of the subject. Nothing but a
///   settlement of [`Settlement::Done`], the message's own expiry or the end
///   of an ephemeral group removes it.
/// - **Order**: messages without an ordering key come roughly in the order of
///   publication; those of one key and group strictly, one at a time, over
///   retries too.
/// - **Redelivery**: a delivery that is not settled within its lease goes to
///   another consumer of the group. There is no limit to redeliveries: the
///   consumer decides when to give up, by the history it is handed.
/// - **Clock**: no lease, delay or window depends on the wall clock alone; a
///   jump of it delays nothing.
/// - **Threads**: everything may be called from any task at any time, and no
///   method blocks its thread. Dropping a future leaves its outcome open,
///   never half done.
pub trait Backend: Send + Sync + 'static {
    /// What this backend can do by itself.
    fn capabilities(&self) -> Capabilities;

    /// The most bytes that a message may have, headers included, where it is
    /// known and may be reached; a larger one is refused.
    fn max_message(&self) -> Option<usize> {
        None
    }

    /// Stores a message.
    ///
    /// Resolves once it is as durable as the backend makes it.
    fn publish(&self, message: Publish) -> BoxFuture<'_, Result<Published, Error>>;

    /// Makes sure that messages of a subject have a place, as far as one has to be made
    /// before the first of them: what fails later, in the middle of work, fails here.
    fn prepare<'a>(&'a self, _subject: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Joins a group, made on first use.
    ///
    /// Resolves once every message published from then on reaches the group.
    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'_, Result<Box<dyn Subscriber>, Error>>;

    /// Counts what is stored under a subject.
    fn depth<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Depth, Error>>;

    /// Lists at most `limit` messages of a subject after a position, oldest
    /// first, leased ones included. Refused without [`Capability::Browse`](super::Capability::Browse).
    fn browse<'a>(
        &'a self,
        subject: &'a str,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Stored>, Error>>;

    /// Stops: what was accepted is flushed, later calls fail with
    /// [`ErrorKind::Closed`](super::ErrorKind::Closed). Closing twice is fine.
    fn close(&self) -> BoxFuture<'_, Result<(), Error>>;
}

/// One consumer of a group.
pub trait Subscriber: Send {
    /// Waits for a message and returns it with what else is ready, at most
    /// `max` (from 1), each leased for the subscription's time.
    ///
    /// A message that cannot be read whole is no error here: it is delivered with what
    /// could be read of it and the header [`DAMAGE`](super::DAMAGE).
    ///
    /// Being delivered counts for nothing: only [`Lease::start`] counts.
    /// Dropping the future loses no message: the next call has it.
    fn next(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Delivery>, Error>>;

    /// Leaves the group; what was leased and never handed out by `next` is
    /// released. Deliveries that were handed out stay valid.
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>>;
}

/// The right to work on one delivery, fenced: once the message was leased
/// again, to anybody, every method fails with
/// [`ErrorKind::Stale`](super::ErrorKind::Stale) and changes nothing.
pub trait Lease: Send + Sync {
    /// Begins an attempt; its count is durable when this resolves.
    ///
    /// With a key, a message of the same group whose key was remembered, or is
    /// being handled under a live lease, is not to be run. An attempt that
    /// begins and is not settled before the lease ends counts as a crash.
    fn start<'a>(&'a self, key: Option<&'a str>) -> BoxFuture<'a, Result<Start, Error>>;

    /// Marks the attempt that runs as one that is no crash, should it never come to
    /// an end: others run beside it from now on, and its process may die of them. Its start
    /// stays counted. A backend without such a mark counts a crash.
    fn excuse(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Extends the lease to its full time from now.
    fn renew(&self) -> BoxFuture<'_, Result<(), Error>>;

    /// Ends the delivery; durable when this resolves. Settling twice is stale.
    fn settle(&self, settlement: Settlement) -> BoxFuture<'_, Result<(), Error>>;

    /// Releases the delivery without waiting and without a report, as far as
    /// possible: what is not released comes back after its lease.
    fn abandon(self: Arc<Self>);
}
