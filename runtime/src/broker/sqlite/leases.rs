//! What was read of messages when they were leased, by this process. A statement that
//! returns what is in the row that it changes takes twice as long as one that does not.

use std::collections::HashMap;

use crate::broker::embedded::Ticket;

/// The state of a message for as long as its ticket holds.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) queue: i64,
    pub(super) starts: u32,
    /// Whether its row is all there is: no content beside it, and no message behind it.
    pub(super) alone: bool,
}

/// The messages by their number, with the token of their lease.
#[derive(Default)]
pub(super) struct Leases(HashMap<i64, (i64, Known)>);

impl Leases {
    pub(super) fn note(&mut self, ticket: Ticket, known: Known) {
        self.0.insert(ticket.message, (ticket.token, known));
    }

    pub(super) fn get(&self, ticket: Ticket) -> Option<Known> {
        let (token, known) = self.0.get(&ticket.message)?;
        (*token == ticket.token).then_some(*known)
    }

    /// The lease ends.
    pub(super) fn take(&mut self, ticket: Ticket) -> Option<Known> {
        let known = self.get(ticket)?;
        self.0.remove(&ticket.message);
        Some(known)
    }

    /// What was written since the transaction began was not.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
