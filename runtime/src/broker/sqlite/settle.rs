//! Ending deliveries.

use rusqlite::{OptionalExtension as _, Params, params};

use super::publish::check_size;
use super::store::{Sqlite, millis, unavailable};
use crate::broker::embedded::Ticket;
use crate::broker::{Error, Failure, Remember, Settlement, headers};

impl Sqlite {
    pub(super) fn end(&mut self, ticket: Ticket, settlement: &Settlement) -> Result<(), Error> {
        match settlement {
            Settlement::Done { publish, remember } => {
                publish.iter().try_for_each(check_size)?;
                let queue = self.remove_held(ticket).map_err(unavailable)?;
                let queue = queue.ok_or_else(Error::stale)?;
                for message in publish {
                    self.add(message, headers::write(&message.headers).as_bytes())?;
                }
                if let Some(remember) = remember {
                    self.remember(queue, remember).map_err(unavailable)?;
                }
            }
            Settlement::Retry { delay, failure } => {
                let queue = self.held(ticket)?;
                self.leases.take(ticket);
                self.ready.insert(queue);
                self.note(ticket, failure).map_err(unavailable)?;
                self.give_back(ticket, millis(*delay), false).map_err(unavailable)?;
            }
            Settlement::Release { delay } => {
                let queue = self.held(ticket)?;
                self.leases.take(ticket);
                self.ready.insert(queue);
                self.give_back(ticket, millis(*delay), true).map_err(unavailable)?;
            }
        }
        Ok(())
    }

    fn remember(&mut self, queue: i64, remember: &Remember) -> rusqlite::Result<()> {
        let end = self.now.saturating_add(millis(remember.window));
        self.sweep.wrote("inbox", || vec![queue.into(), remember.key.clone().into()]);
        self.connection
            .prepare_cached(
                "INSERT OR FAIL INTO inbox (queue, key, expires_at, result)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET expires_at = ?3, result = ?4",
            )?
            .execute(params![queue, remember.key, end, &remember.result[..]])?;
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

    /// Removes the message of a ticket that holds; returns its queue.
    fn remove_held(&mut self, ticket: Ticket) -> rusqlite::Result<Option<i64>> {
        if let Some(known) = self.leases.take(ticket)
            && known.alone
        {
            self.numbers.removing(&self.connection)?;
            let sql = "DELETE FROM message WHERE id = ? AND token = ? AND leased = 1";
            let row = params![ticket.message, ticket.token];
            let gone = self.connection.prepare_cached(sql)?.execute(row)?;
            return Ok((gone > 0).then_some(known.queue));
        }
        let sql = "DELETE FROM message WHERE id = ? AND token = ? AND leased = 1
             RETURNING queue, ordering_key, headers IS NULL";
        self.remove_row(sql, params![ticket.message, ticket.token], ticket.message)
    }

    /// Removes a message.
    pub(super) fn remove(&mut self, id: i64) -> rusqlite::Result<()> {
        let sql = "DELETE FROM message WHERE id = ?
             RETURNING queue, ordering_key, headers IS NULL";
        self.remove_row(sql, params![id], id).map(|_| ())
    }

    /// Removes a message and its content, and lets the next one of its key
    /// through.
    fn remove_row(
        &mut self,
        sql: &str,
        row: impl Params,
        id: i64,
    ) -> rusqlite::Result<Option<i64>> {
        self.numbers.removing(&self.connection)?;
        let gone: Option<(i64, Option<String>, bool)> = self
            .connection
            .prepare_cached(sql)?
            .query_row(row, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((queue, key, apart)) = gone else { return Ok(None) };
        if apart {
            self.connection
                .prepare_cached("DELETE FROM content WHERE message = ?")?
                .execute(params![id])?;
        }
        let Some(key) = key else { return Ok(Some(queue)) };
        self.connection
            .prepare_cached(
                "UPDATE message SET blocked = 0 WHERE id = (
                     SELECT min(id) FROM message WHERE queue = ? AND ordering_key = ?)",
            )?
            .execute(params![queue, key])?;
        self.ready.insert(queue);
        Ok(Some(queue))
    }
}
