//! The operations of a store, each of them all or nothing. Times are those of
//! the store's own clock.

use std::time::Duration;

use bytes::Bytes;

use crate::Metadata;
use crate::broker::{
    Depth, Error, History, Publish, Published, Settlement, Start, Stored, Subscription,
};

/// Names one lease of one message: stale once the token has moved on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::broker) struct Ticket {
    pub(in crate::broker) message: i64,
    pub(in crate::broker) token: i64,
}

/// Headers as a store has them.
pub(in crate::broker) enum Headers {
    Ready(Metadata),
    /// Text that is written and read by whoever sends and takes the message: the store has
    /// others to serve.
    #[cfg(feature = "sqlite")]
    Text(Bytes, fn(&Bytes) -> Metadata),
}

impl Headers {
    pub(in crate::broker) fn read(self) -> Metadata {
        match self {
            Self::Ready(headers) => headers,
            #[cfg(feature = "sqlite")]
            Self::Text(text, read) => read(&text),
        }
    }
}

/// A message that was just leased.
pub(in crate::broker) struct Claim {
    pub(in crate::broker) ticket: Ticket,
    pub(in crate::broker) headers: Headers,
    pub(in crate::broker) body: Bytes,
    pub(in crate::broker) history: History,
}

/// What a claim found.
pub(in crate::broker) struct Claimed {
    pub(in crate::broker) claims: Vec<Claim>,
    /// When nothing was ready: how long until something will be, as far as
    /// is known now.
    pub(in crate::broker) next_in: Option<Duration>,
}

/// A store of messages; see [`Backend`](crate::broker::Backend) for what its
/// operations promise.
pub(in crate::broker) trait Store {
    /// Stores a message for every group of its subject, with these headers: the message
    /// has none of its own any more.
    fn publish(&mut self, publish: &Publish, headers: Headers) -> Result<Published, Error>;

    /// Finds or makes a group; returns the number of its queue.
    fn join(&mut self, subscription: &Subscription) -> Result<i64, Error>;

    /// Removes an ephemeral group with everything in it.
    fn leave(&mut self, queue: i64) -> Result<(), Error>;

    /// Leases at most `max` messages, and keeps an ephemeral group alive.
    fn claim(&mut self, queue: i64, max: usize, lease: Duration) -> Result<Claimed, Error>;

    /// Begins an attempt.
    fn start(&mut self, ticket: Ticket, key: Option<&str>) -> Result<Start, Error>;

    /// Has the attempt that runs not counted as a crash.
    fn excuse(&mut self, ticket: Ticket) -> Result<(), Error>;

    /// Extends a lease.
    fn renew(&mut self, ticket: Ticket, lease: Duration) -> Result<(), Error>;

    /// Ends a delivery.
    fn settle(&mut self, ticket: Ticket, settlement: &Settlement) -> Result<(), Error>;

    /// Counts the messages of a subject.
    fn depth(&mut self, subject: &str) -> Result<Depth, Error>;

    /// Lists messages of a subject.
    fn browse(&mut self, subject: &str, after: u64, limit: usize) -> Result<Vec<Stored>, Error>;
}
