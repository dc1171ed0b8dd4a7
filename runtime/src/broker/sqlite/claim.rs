//! Leasing messages and beginning attempts at them.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, Row, params};

use super::publish::read_headers;
use super::store::{Sqlite, millis, unavailable};
use crate::broker::embedded::{Claim, Claimed, GROUP_LIFE, Ticket};
use crate::broker::{Error, History, Start};

/// The state of a message that may be claimed.
struct Candidate {
    id: i64,
    token: i64,
    crashed: bool,
    expired: bool,
    starts: u32,
    crashes: u32,
    failures: String,
}

impl Candidate {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            token: row.get(1)?,
            crashed: row.get(2)?,
            expired: row.get(3)?,
            starts: row.get(4)?,
            crashes: row.get(5)?,
            failures: row.get(6)?,
        })
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
        let until = self.now.saturating_add(millis(lease));
        let mut claims = Vec::new();
        for candidate in self.candidates(queue, max).map_err(unavailable)? {
            if candidate.expired {
                self.remove(candidate.id).map_err(unavailable)?;
            } else {
                claims.push(self.claim_one(&candidate, until)?);
            }
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

    fn candidates(&self, queue: i64, max: usize) -> rusqlite::Result<Vec<Candidate>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, token, running = 1, coalesce(expires_at <= ?2, 0), starts, crashes, failures
             FROM message WHERE queue = ?1 AND blocked = 0 AND visible_at <= ?2
             ORDER BY visible_at, id LIMIT ?3",
        )?;
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        statement.query_map(params![queue, self.now, max], Candidate::read)?.collect()
    }

    fn claim_one(&self, candidate: &Candidate, until: i64) -> Result<Claim, Error> {
        let Candidate { id, starts, .. } = *candidate;
        let token = candidate.token + 1;
        let crashes = candidate.crashes + u32::from(candidate.crashed);
        let claimed = self.connection.prepare_cached(
            "UPDATE message SET token = ?2, visible_at = ?3, crashes = ?4,
                 leased = 1, running = 0, inbox_key = NULL WHERE id = ?1",
        );
        claimed
            .and_then(|mut claim| claim.execute(params![id, token, until, crashes]))
            .map_err(unavailable)?;
        let (headers, body) = self.content(id).map_err(unavailable)?;
        // Damaged failures must not keep the message from its consumer.
        let failures = serde_json::from_str(&candidate.failures).unwrap_or_default();
        Ok(Claim {
            ticket: Ticket { message: id, token },
            headers: read_headers(&headers)?,
            body: body.into(),
            history: History { starts, crashes, failures },
        })
    }

    fn content(&self, id: i64) -> rusqlite::Result<(String, Vec<u8>)> {
        self.connection
            .prepare_cached("SELECT headers, body FROM content WHERE message = ?")?
            .query_row(params![id], |row| Ok((row.get(0)?, row.get(1)?)))
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

    pub(super) fn begin_attempt(&self, ticket: Ticket, key: Option<&str>) -> Result<Start, Error> {
        if let Some(key) = key
            && let Some(start) = self.duplicate(ticket, key)?
        {
            return Ok(start);
        }
        let started = self
            .connection
            .prepare_cached(
                "UPDATE message SET running = 1, inbox_key = ?3, starts = starts + 1
                 WHERE id = ?1 AND token = ?2 AND leased = 1 RETURNING starts",
            )
            .and_then(|mut start| {
                let row = params![ticket.message, ticket.token, key];
                start.query_row(row, |row| row.get(0)).optional()
            });
        started.map_err(unavailable)?.map(Start::Run).ok_or_else(Error::stale)
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

    /// Whether the same work was done, or is under way.
    fn duplicate(&self, ticket: Ticket, key: &str) -> Result<Option<Start>, Error> {
        let found: Option<(i64, Option<Vec<u8>>)> = self
            .connection
            .prepare_cached(
                "SELECT queue, (SELECT result FROM inbox WHERE inbox.queue = message.queue
                     AND key = ?3 AND inbox.expires_at > ?4)
                 FROM message WHERE id = ?1 AND token = ?2 AND leased = 1",
            )
            .and_then(|mut held| {
                let row = params![ticket.message, ticket.token, key, self.now];
                held.query_row(row, |row| Ok((row.get(0)?, row.get(1)?))).optional()
            })
            .map_err(unavailable)?;
        match found.ok_or_else(Error::stale)? {
            (_, Some(result)) => Ok(Some(Start::Done(result.into()))),
            (queue, None) => self.busy(queue, ticket, key).map_err(unavailable),
        }
    }

    fn busy(&self, queue: i64, ticket: Ticket, key: &str) -> rusqlite::Result<Option<Start>> {
        let busy = self
            .connection
            .prepare_cached(
                "SELECT 1 FROM message WHERE queue = ? AND running <> 0 AND inbox_key = ?
                 AND visible_at > ? AND id <> ? LIMIT 1",
            )?
            .query_row(params![queue, key, self.now, ticket.message], |_| Ok(()))
            .optional()?;
        Ok(busy.map(|()| Start::Busy))
    }
}
