//! The state of the in-memory broker, and what it can be asked about it.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::queue::Queue;
use crate::broker::embedded::{Claimed, Headers, Store, Ticket};
use crate::broker::message::is_reply;
use crate::broker::{Depth, Error, Publish, Published, Settlement, Start, Stored, Subscription};

/// All queues, by number.
pub(super) struct Memory {
    pub(super) queues: BTreeMap<i64, Queue>,
    /// Dedupe keys by subject and key, with the end of their window.
    pub(super) dedupe: BTreeMap<(String, String), Instant>,
    pub(super) dedupe_window: Duration,
    pub(super) next_id: i64,
    pub(super) purged_at: Instant,
    pub(super) changed: bool,
}

impl Memory {
    pub(super) fn new(dedupe_window: Duration) -> Self {
        Self {
            queues: BTreeMap::new(),
            dedupe: BTreeMap::new(),
            dedupe_window,
            next_id: 1,
            purged_at: Instant::now(),
            changed: false,
        }
    }

    /// Whether messages may have become ready since the last call.
    pub(super) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    pub(super) fn fresh_id(&mut self) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    pub(super) fn queue_mut(&mut self, queue: i64) -> Result<&mut Queue, Error> {
        self.queues.get_mut(&queue).ok_or_else(Error::stale)
    }

    /// The queues of a subject's groups; without any, that of its backlog.
    pub(super) fn targets(&mut self, subject: &str) -> Vec<i64> {
        let of = |memory: &Self, backlog: bool| -> Vec<i64> {
            let queues = memory.queues.iter();
            let matching = queues
                .filter(|(_, queue)| queue.subject == subject && queue.group.is_empty() == backlog);
            matching.map(|(id, _)| *id).collect()
        };
        let groups = of(self, false);
        if !groups.is_empty() || is_reply(subject) {
            return groups;
        }
        let backlog = of(self, true);
        if !backlog.is_empty() {
            return backlog;
        }
        let id = self.fresh_id();
        self.queues.insert(id, Queue::new(subject, ""));
        vec![id]
    }
}

impl Store for Memory {
    fn publish(&mut self, publish: &Publish, headers: Headers) -> Result<Published, Error> {
        Ok(self.add(publish, headers.read()))
    }

    fn join(&mut self, subscription: &Subscription) -> Result<i64, Error> {
        Ok(self.enter(subscription))
    }

    fn leave(&mut self, queue: i64) -> Result<(), Error> {
        self.queues.remove(&queue);
        Ok(())
    }

    fn claim(&mut self, queue: i64, max: usize, lease: Duration) -> Result<Claimed, Error> {
        self.lease(queue, max, lease)
    }

    fn start(&mut self, ticket: Ticket, key: Option<&str>) -> Result<Start, Error> {
        self.begin(ticket, key)
    }

    fn excuse(&mut self, ticket: Ticket) -> Result<(), Error> {
        let row = self.held(ticket)?.rows.get_mut(&ticket.message);
        row.ok_or_else(Error::stale)?.excused = true;
        Ok(())
    }

    fn renew(&mut self, ticket: Ticket, lease: Duration) -> Result<(), Error> {
        self.held(ticket)?.postpone(ticket.message, Instant::now() + lease);
        Ok(())
    }

    fn settle(&mut self, ticket: Ticket, settlement: &Settlement) -> Result<(), Error> {
        self.end(ticket, settlement)
    }

    fn depth(&mut self, subject: &str) -> Result<Depth, Error> {
        let now = Instant::now();
        let mut depth = Depth::default();
        for queue in self.queues.values().filter(|queue| queue.subject == subject) {
            for (id, row) in &queue.rows {
                let waits = row.visible_at > now && !queue.is_blocked(*id);
                match (waits, row.leased) {
                    (false, _) => depth.ready += 1,
                    (true, true) => depth.leased += 1,
                    (true, false) => depth.delayed += 1,
                }
            }
        }
        Ok(depth)
    }

    fn browse(&mut self, subject: &str, after: u64, limit: usize) -> Result<Vec<Stored>, Error> {
        let queues = self.queues.values().filter(|queue| queue.subject == subject);
        let rows = queues.flat_map(|queue| queue.rows.iter().map(move |row| (queue, row)));
        let mut found: Vec<_> = rows
            .map(|(queue, (id, row))| Stored {
                position: id.unsigned_abs(),
                group: queue.group.clone(),
                headers: (*row.headers).clone(),
                body: row.body.clone(),
                starts: row.history.starts,
            })
            .filter(|stored| stored.position > after)
            .collect();
        found.sort_by_key(|stored| stored.position);
        found.truncate(limit);
        Ok(found)
    }
}
