//! An outbox: messages that are written in the same transaction as the data they
//! tell of, and published afterwards. Where the transaction is rolled back, they
//! were never there; where it is committed, they reach the broker, even though
//! the process dies in between.
//!
//! ```ignore
//! let outbox = Outbox::new();
//! let tx = database.transaction()?;                                   // rusqlite
//! tx.execute("INSERT INTO orders …", [])?;
//! outbox.post(SummarizerAgentClient::SUMMARIZE, request).write(&tx)?;
//! tx.commit()?;
//!
//! server.background(Relay::sqlite("orders.db", broker)?)              // publishes
//! ```
//!
//! A [`Relay`] publishes in the order of writing, with the broker's confirmation,
//! and removes what is confirmed: at least once, and under a dedupe key that
//! stays the same, so that a broker drops a repetition within its window, and a
//! consumer answers it without executing it. Several relays of one database take
//! turns: one publishes, the others wait for its end.

mod entry;
#[cfg(feature = "postgres")]
mod postgres;
mod publish;
mod relay;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;

use crate::codec::Message;
use crate::queue::{Format, Post, Writer};
use crate::service::Endpoint;

pub use relay::{Progress, Relay};

/// Writes messages into a database.
#[derive(Clone, Debug)]
pub struct Outbox(Writer);

impl Outbox {
    /// An outbox that writes protobuf.
    pub fn new() -> Self {
        Self(Writer::new())
    }

    /// Writes messages in another format.
    #[must_use]
    pub fn with_format(mut self, format: Format) -> Self {
        self.0.format = format;
        self
    }

    /// Sends to agents in this namespace; see
    /// [`Client::in_namespace`](crate::queue::Client::in_namespace).
    #[must_use]
    pub fn in_namespace(mut self, name: &str) -> Self {
        self.0.namespace = Some(name.into());
        self
    }

    /// Work for an rpc, to be written to a transaction.
    pub fn post<Q: Message, R>(&self, endpoint: Endpoint<Q, R>, message: Q) -> Post<&Self, Q, R> {
        Post::new(self, endpoint, message)
    }
}

impl Default for Outbox {
    fn default() -> Self {
        Self::new()
    }
}
