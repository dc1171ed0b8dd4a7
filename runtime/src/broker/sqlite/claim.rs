//! Leasing messages and beginning attempts at them.

use std::time::Duration;

use bytes::Bytes;
use rusqlite::{OptionalExtension as _, Row, params};

use super::leases::Known;
use super::store::{Sqlite, millis, unavailable};
use crate::Metadata;
use crate::broker::embedded::{Claim, Claimed, GROUP_LIFE, Headers, Ticket};
use crate::broker::{Error, History, Start, headers};

/// Headers and body, whatever they are.
type Content = (Vec<u8>, Vec<u8>);

/// Those of a row, where there are any.
fn content(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Content>> {
    let bytes = |column| -> rusqlite::Result<Option<Vec<u8>>> {
        let bytes = row.get_ref(column)?.as_bytes_or_null().unwrap_or_default();
        Ok(bytes.map(<[u8]>::to_vec))
    };
    Ok(bytes(column)?.zip(bytes(column + 1)?))
}

/// Reads headers that are stored.
pub(super) fn read_headers(text: &Bytes) -> Metadata {
    headers::read("headers", text)
}

/// A message that was just leased, without its content where that is large.
struct Leased {
    ticket: Ticket,
    starts: u32,
    crashes: u32,
    failures: String,
    content: Option<Content>,
    in_order: bool,
}

impl Leased {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let ticket = Ticket { message: row.get(0)?, token: row.get(1)? };
        let (starts, crashes, failures) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let (content, in_order) = (content(row, 5)?, row.get(7)?);
        Ok(Self { ticket, starts, crashes, failures, content, in_order })
    }
}

impl Sqlite {
    pub(super) fn lease(
        &mut self,
        queue: i64,
        max: usize,
        lease: Duration,
    ) -> Result<Claimed, Error> {
        if !self.keep_alive(queue).map_err(unavailable)? {
            return Err(Error::stale());
        }
        self.purge().map_err(unavailable)?;
        let mut claims = self.claim_ready(queue, max, lease).map_err(unavailable)?;
        if claims.is_empty() && self.drop_expired(queue).map_err(unavailable)? {
            claims = self.claim_ready(queue, max, lease).map_err(unavailable)?;
        }
        let next_in =
            if claims.is_empty() { self.next_in(queue).map_err(unavailable)? } else { None };
        Ok(Claimed { claims, next_in })
    }

    /// Puts off the end of an ephemeral group; returns whether the group exists.
    fn keep_alive(&self, queue: i64) -> rusqlite::Result<bool> {
        let life = millis(GROUP_LIFE);
        let expires_at: Option<Option<i64>> = self
            .connection
            .prepare_cached("SELECT expires_at FROM queue WHERE id = ?")?
            .query_row(params![queue], |row| row.get(0))
            .optional()?;
        let Some(expires_at) = expires_at else { return Ok(false) };
        // Not at every look: each is a write.
        if expires_at.is_some_and(|end| end < self.now + life / 2) {
            self.connection
                .prepare_cached("UPDATE queue SET expires_at = ? WHERE id = ?")?
                .execute(params![self.now + life, queue])?;
        }
        Ok(true)
    }

    /// Leases what is ready and has not expired; an attempt that was running has crashed, unless it
    /// is excused.
    fn claim_ready(
        &mut self,
        queue: i64,
        max: usize,
        lease: Duration,
    ) -> rusqlite::Result<Vec<Claim>> {
        let mut statement = self.connection.prepare_cached(
            "UPDATE OR FAIL message SET token = token + 1, visible_at = ?3,
                 crashes = crashes + (running = 1),
                 leased = 1, running = 0, inbox_key = NULL
             WHERE id IN (SELECT id FROM message
                 WHERE queue = ?1 AND blocked = 0 AND visible_at <= ?2
                     AND (expires_at IS NULL OR expires_at > ?2)
                 ORDER BY visible_at, id LIMIT ?4)
             RETURNING id, token, starts, crashes, failures, headers, body,
                 ordering_key IS NOT NULL",
        )?;
        let until = self.now.saturating_add(millis(lease));
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        let leased = statement.query_map(params![queue, self.now, until, max], Leased::read)?;
        let mut leased: Vec<_> = leased.collect::<Result<_, _>>()?;
        leased.sort_unstable_by_key(|leased| leased.ticket.message);
        drop(statement);
        leased.into_iter().map(|leased| self.claim(queue, leased)).collect()
    }

    fn claim(&mut self, queue: i64, leased: Leased) -> rusqlite::Result<Claim> {
        let Leased { ticket, starts, crashes, failures, content, in_order } = leased;
        let alone = content.is_some() && !in_order;
        self.leases.note(ticket, Known { queue, starts, alone });
        let (headers, body) = content.map_or_else(|| self.content(ticket.message), Ok)?;
        // Damaged failures must not keep the message from its consumer.
        let failures = serde_json::from_str(&failures).unwrap_or_default();
        Ok(Claim {
            ticket,
            headers: Headers::Text(headers.into(), read_headers),
            body: body.into(),
            history: History { starts, crashes, failures },
        })
    }

    /// What there is to read of a message.
    fn content(&self, id: i64) -> rusqlite::Result<Content> {
        let mut select = self
            .connection
            .prepare_cached("SELECT headers, body FROM content WHERE message = ?")?;
        let found = select.query_row(params![id], |row| content(row, 0));
        // Without any, its headers are not what they should be.
        Ok(found.optional()?.flatten().unwrap_or_default())
    }

    fn next_in(&self, queue: i64) -> rusqlite::Result<Option<Duration>> {
        let next: Option<i64> = self
            .connection
            .prepare_cached("SELECT min(visible_at) FROM message WHERE queue = ? AND blocked = 0")?
            .query_row(params![queue], |row| row.get(0))?;
        let wait = next.map(|at| u64::try_from(at - self.now).unwrap_or_default());
        Ok(wait.map(Duration::from_millis))
    }

    /// The queue of a message, as long as the ticket holds.
    pub(super) fn held(&self, ticket: Ticket) -> Result<i64, Error> {
        let queue = self
            .connection
            .prepare_cached("SELECT queue FROM message WHERE id = ? AND token = ? AND leased = 1")
            .and_then(|mut held| {
                held.query_row(params![ticket.message, ticket.token], |row| row.get(0)).optional()
            });
        queue.map_err(unavailable)?.ok_or_else(Error::stale)
    }

    pub(super) fn extend(&self, ticket: Ticket, lease: Duration) -> Result<(), Error> {
        self.held(ticket)?;
        let until = self.now.saturating_add(millis(lease));
        self.connection
            .prepare_cached("UPDATE message SET visible_at = ? WHERE id = ?")
            .and_then(|mut extend| extend.execute(params![until, ticket.message]))
            .map_err(unavailable)?;
        Ok(())
    }

    pub(super) fn begin_attempt(
        &mut self,
        ticket: Ticket,
        key: Option<&str>,
    ) -> Result<Start, Error> {
        match (self.count_attempt(ticket, key).map_err(unavailable)?, key) {
            (Some(starts), _) => Ok(Start::Run(starts)),
            (None, Some(key)) => self.duplicate(ticket, key),
            (None, None) => Err(Error::stale()),
        }
    }

    /// Begins an attempt where nothing speaks against it, as nearly always: one statement
    /// finds that out and begins. Returns its number.
    fn count_attempt(
        &mut self,
        ticket: Ticket,
        key: Option<&str>,
    ) -> rusqlite::Result<Option<u32>> {
        let sql = if key.is_none() {
            "UPDATE OR FAIL message SET running = 1, inbox_key = ?3, starts = starts + 1
             WHERE id = ?1 AND token = ?2 AND leased = 1 AND ?4 > 0"
        } else {
            "UPDATE OR FAIL message AS held SET running = 1, inbox_key = ?3, starts = starts + 1
             WHERE id = ?1 AND token = ?2 AND leased = 1
                 AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.queue = held.queue
                     AND key = ?3 AND inbox.expires_at > ?4)
                 AND NOT EXISTS (SELECT 1 FROM message WHERE message.queue = held.queue
                     AND running <> 0 AND inbox_key = ?3 AND visible_at > ?4 AND id <> ?1)"
        };
        let row = params![ticket.message, ticket.token, key, self.now];
        if self.connection.prepare_cached(sql)?.execute(row)? == 0 {
            return Ok(None);
        }
        if let Some(known) = self.leases.get(ticket) {
            let starts = known.starts + 1;
            self.leases.note(ticket, Known { starts, ..known });
            return Ok(Some(starts));
        }
        let sql = "SELECT starts FROM message WHERE id = ?";
        let mut read = self.connection.prepare_cached(sql)?;
        read.query_row(params![ticket.message], |row| row.get(0)).map(Some)
    }

    /// Has the attempt that runs not counted as a crash.
    pub(super) fn mark_excused(&self, ticket: Ticket) -> Result<(), Error> {
        self.held(ticket)?;
        self.connection
            .prepare_cached("UPDATE message SET running = 2 WHERE id = ? AND running = 1")
            .and_then(|mut excuse| excuse.execute(params![ticket.message]))
            .map_err(unavailable)?;
        Ok(())
    }

    /// The result of the same work; or it is under way.
    fn duplicate(&self, ticket: Ticket, key: &str) -> Result<Start, Error> {
        let queue = self.held(ticket)?;
        let result: Option<Vec<u8>> = self
            .connection
            .prepare_cached(
                "SELECT result FROM inbox WHERE queue = ? AND key = ? AND expires_at > ?",
            )
            .and_then(|mut find| {
                find.query_row(params![queue, key, self.now], |row| row.get(0)).optional()
            })
            .map_err(unavailable)?;
        Ok(result.map_or(Start::Busy, |result| Start::Done(result.into())))
    }
}
