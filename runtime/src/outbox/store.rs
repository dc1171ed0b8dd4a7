//! What a database has to do for a relay.

use futures_core::future::BoxFuture;

use super::entry::Entry;
use crate::Status;

/// A row that waits, by its number.
pub(super) struct Waiting {
    pub(super) number: i64,
    pub(super) entry: Entry,
}

/// What became of rows.
#[derive(Default)]
pub(super) struct Settled {
    /// They are published, and to be removed.
    pub(super) published: Vec<i64>,
    /// They never will be, for this reason, and are to be kept apart.
    pub(super) refused: Vec<(i64, String)>,
}

/// A database, seen by the one relay whose turn it is.
pub(super) trait Store: Send {
    /// Makes the tables that are missing.
    fn prepare(&mut self) -> BoxFuture<'_, Result<(), Status>>;

    /// Takes the turn, and reads the first rows in the order of writing; `None`
    /// where another relay has the turn.
    fn take(&mut self, limit: usize) -> BoxFuture<'_, Result<Option<Vec<Waiting>>, Status>>;

    /// Settles rows of the last take. Durable when this resolves.
    fn settle(&mut self, settled: Settled) -> BoxFuture<'_, Result<(), Status>>;
}
