//! Ending deliveries.

use rusqlite::{OptionalExtension as _, params};

use super::store::{Sqlite, millis, unavailable};
use crate::broker::embedded::Ticket;
use crate::broker::{Error, Failure, Remember, Settlement};

impl Sqlite {
    pub(super) fn end(&mut self, ticket: Ticket, settlement: &Settlement) -> Result<(), Error> {
        let queue = self.held(ticket)?;
        match settlement {
            Settlement::Done { publish, remember } => {
                for message in publish {
                    self.add(message)?;
                }
                if let Some(remember) = remember {
                    self.remember(queue, remember).map_err(unavailable)?;
                }
                self.remove(ticket.message).map_err(unavailable)?;
            }
            Settlement::Retry { delay, failure } => {
                self.note(ticket, failure).map_err(unavailable)?;
                self.give_back(ticket, millis(*delay), false).map_err(unavailable)?;
            }
            Settlement::Release { delay } => {
                self.give_back(ticket, millis(*delay), true).map_err(unavailable)?;
            }
        }
        self.changed = true;
        Ok(())
    }

    fn remember(&self, queue: i64, remember: &Remember) -> rusqlite::Result<()> {
        let end = self.now.saturating_add(millis(remember.window));
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO inbox VALUES (?, ?, ?, ?)")?
            .execute(params![queue, remember.key, &remember.result[..], end])?;
        Ok(())
    }

    fn note(&self, ticket: Ticket, failure: &Failure) -> rusqlite::Result<()> {
        let failure = serde_json::to_string(failure).unwrap_or_default();
        self.connection
            .prepare_cached(
                "UPDATE message SET failures = json_insert(failures, '$[#]', json(?2))
                 WHERE id = ?1",
            )?
            .execute(params![ticket.message, failure])?;
        Ok(())
    }

    /// Ends the lease; `uncounted` takes back an attempt that had begun.
    fn give_back(&self, ticket: Ticket, delay: i64, uncounted: bool) -> rusqlite::Result<()> {
        let visible_at = self.now.saturating_add(delay);
        self.connection
            .prepare_cached(
                "UPDATE message SET visible_at = ?2, starts = starts - (running AND ?3),
                     leased = 0, running = 0, inbox_key = NULL WHERE id = ?1",
            )?
            .execute(params![ticket.message, visible_at, uncounted])?;
        Ok(())
    }

    /// Removes a message and lets the next one of its key through.
    pub(super) fn remove(&self, id: i64) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("DELETE FROM content WHERE message = ?")?
            .execute(params![id])?;
        let gone: Option<(i64, Option<String>)> = self
            .connection
            .prepare_cached("DELETE FROM message WHERE id = ? RETURNING queue, ordering_key")?
            .query_row(params![id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((queue, Some(key))) = gone else { return Ok(()) };
        self.connection
            .prepare_cached(
                "UPDATE message SET blocked = 0 WHERE id = (
                     SELECT min(id) FROM message WHERE queue = ? AND ordering_key = ?)",
            )?
            .execute(params![queue, key])?;
        Ok(())
    }
}
