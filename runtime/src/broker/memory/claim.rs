//! Leasing messages and beginning attempts at them.

use std::time::Duration;

use tokio::time::Instant;

use super::queue::{Attempt, Queue};
use super::store::Memory;
use crate::broker::embedded::{Claim, Claimed, GROUP_LIFE, Headers, Ticket};
use crate::broker::{Error, Start};

impl Memory {
    pub(super) fn lease(
        &mut self,
        queue: i64,
        max: usize,
        lease: Duration,
    ) -> Result<Claimed, Error> {
        let now = Instant::now();
        let queue = self.queue_mut(queue)?;
        if let Some(end) = &mut queue.expires_at {
            *end = now + GROUP_LIFE;
        }
        let mut claims = Vec::new();
        for id in queue.claimable(now, max) {
            claims.extend(claim(queue, id, now, lease));
        }
        let next_in = claims.is_empty().then(|| queue.next_in(now)).flatten();
        Ok(Claimed { claims, next_in })
    }

    /// The queue of a message, as long as the ticket holds.
    pub(super) fn held(&mut self, ticket: Ticket) -> Result<&mut Queue, Error> {
        let holds = |queue: &&mut Queue| {
            let row = queue.rows.get(&ticket.message);
            row.is_some_and(|row| row.leased && row.token == ticket.token)
        };
        self.queues.values_mut().find(holds).ok_or_else(Error::stale)
    }

    pub(super) fn begin(&mut self, ticket: Ticket, key: Option<&str>) -> Result<Start, Error> {
        let now = Instant::now();
        let queue = self.held(ticket)?;
        if let Some(key) = key {
            if let Some((result, end)) = queue.inbox.get(key)
                && *end > now
            {
                return Ok(Start::Done(result.clone()));
            }
            let busy = queue.rows.iter().any(|(id, row)| {
                *id != ticket.message && row.attempt.is_running_under(key) && row.visible_at > now
            });
            if busy {
                return Ok(Start::Busy);
            }
        }
        let Some(row) = queue.rows.get_mut(&ticket.message) else { return Err(Error::stale()) };
        row.attempt = Attempt::Running(key.map(str::to_owned));
        row.excused = false;
        row.history.starts += 1;
        Ok(Start::Run(row.history.starts))
    }
}

/// Leases one row; an expired one is removed instead.
fn claim(queue: &mut Queue, id: i64, now: Instant, lease: Duration) -> Option<Claim> {
    let row = queue.rows.get_mut(&id)?;
    if row.expires_at.is_some_and(|end| end <= now) {
        queue.remove(id);
        return None;
    }
    if row.attempt.end() && !row.excused {
        row.history.crashes += 1;
    }
    row.token += 1;
    row.leased = true;
    let claim = Claim {
        ticket: Ticket { message: id, token: row.token },
        headers: Headers::Ready((*row.headers).clone()),
        body: row.body.clone(),
        history: row.history.clone(),
    };
    queue.postpone(id, now + lease);
    Some(claim)
}
