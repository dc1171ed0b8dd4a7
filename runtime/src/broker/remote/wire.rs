//! What a broker behind a network has to do by itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_core::future::BoxFuture;

use crate::Metadata;
use crate::broker::ledger::Write;
use crate::broker::{Capabilities, Depth, Error, Publish, Published, Stored, Subscription};

/// A connection to a broker, which reconnects by itself: while it is cut, calls
/// fail with [`ErrorKind::Unavailable`](crate::broker::ErrorKind::Unavailable)
/// within seconds, and sources wait.
pub(in crate::broker) trait Wire: Send + Sync + 'static {
    fn capabilities(&self) -> Capabilities;

    /// See [`Backend::max_message`](crate::broker::Backend::max_message).
    fn max_message(&self) -> Option<usize> {
        None
    }

    /// Whether a dedupe key costs no round trip of its own.
    fn dedupe_is_free(&self) -> bool;

    /// Whether another process may get a message while this one holds it, or before its
    /// pause is over: what keeps it back there is the record alone.
    fn hands_over(&self) -> bool {
        false
    }

    /// Resolves once the broker has confirmed the message.
    fn publish(&self, message: Publish) -> BoxFuture<'_, Result<Published, Error>>;

    /// Declares what a subject needs, or verifies it.
    fn prepare<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<(), Error>>;

    /// Declares the group and joins it.
    fn join(&self, subscription: Subscription) -> BoxFuture<'_, Result<Box<dyn Source>, Error>>;

    fn depth<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Depth, Error>>;

    /// Messages of a subject after a position, oldest first.
    fn browse<'a>(
        &'a self,
        subject: &'a str,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Listed>, Error>>;

    /// Flushes, and disconnects.
    fn close(&self) -> BoxFuture<'_, Result<(), Error>>;
}

/// A message that was found by browsing, with what the ledger knows it by.
pub(in crate::broker) struct Listed {
    pub(in crate::broker) stored: Stored,
    pub(in crate::broker) id: String,
}

/// One consumer of a group.
pub(in crate::broker) trait Source: Send {
    /// Waits for messages, and returns at most `max` unordered ones and one of
    /// each lane. Dropping the future loses none.
    fn pull(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Parcel>, Error>>;

    /// Leaves; an ephemeral group goes with it.
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>>;
}

/// A message as the broker handed it over.
pub(in crate::broker) struct Parcel {
    /// The same at every delivery, and of no other message of the group.
    pub(in crate::broker) id: String,
    pub(in crate::broker) headers: Metadata,
    pub(in crate::broker) body: Bytes,
    /// Whether it may have been delivered before.
    pub(in crate::broker) redelivered: bool,
    /// How long it is to be held back still.
    pub(in crate::broker) due_in: Duration,
    /// Whether it is no longer worth delivering.
    pub(in crate::broker) expired: bool,
    /// When the broker's lease began, or a little earlier.
    pub(in crate::broker) leased_at: Instant,
    pub(in crate::broker) receipt: Arc<dyn Receipt>,
}

/// The entry of a message that has a past, as it was last written; the revision is 0
/// where there is none.
#[cfg_attr(
    not(feature = "redis"),
    expect(dead_code, reason = "no other broker finishes in one step")
)]
pub(in crate::broker) struct Recorded<'a> {
    pub(in crate::broker) key: &'a str,
    pub(in crate::broker) revision: u64,
}

/// The broker's hold on a delivery. None of this is fenced, but for `finish`.
pub(in crate::broker) trait Receipt: Send + Sync {
    /// Removes the message; durable when this resolves.
    fn ack(&self) -> BoxFuture<'_, Result<(), Error>>;

    /// Removes the message in one step with writing its result and removing its record,
    /// both in the broker's own ledger. Stale, and nothing has happened, where the
    /// message was lost or somebody else has written in the result's place. `None` where
    /// there is no such step, or the ledger is another one.
    fn finish<'a>(
        &'a self,
        _result: Write<'a>,
        _record: Recorded<'a>,
    ) -> Option<BoxFuture<'a, Result<(), Error>>> {
        None
    }

    /// Has it delivered again after a pause.
    fn back(&self, delay: Duration) -> BoxFuture<'_, Result<(), Error>>;

    /// Begins the broker's lease anew.
    fn extend(&self) -> BoxFuture<'_, Result<(), Error>>;

    /// Whether it is known already that the broker has given the message away.
    fn is_lost(&self) -> bool {
        false
    }

    /// Whether the message now belongs to another process, which holds it back for
    /// as long as its record shows that the attempt here goes on.
    fn moved(&self) -> bool {
        false
    }
}
