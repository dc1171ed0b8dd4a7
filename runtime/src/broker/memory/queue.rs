//! One group's messages, with the two orders in which they are looked up: by
//! the time they become ready, and by ordering key.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::Metadata;
use crate::broker::History;

/// Whether somebody is at work on a message.
#[derive(Default)]
pub(super) enum Attempt {
    /// Nobody has begun.
    #[default]
    Idle,
    /// Under this inbox key, if any.
    Running(Option<String>),
}

impl Attempt {
    /// Ends it; returns whether there was one.
    pub(super) fn end(&mut self) -> bool {
        matches!(std::mem::take(self), Self::Running(_))
    }

    pub(super) fn is_running_under(&self, inbox_key: &str) -> bool {
        matches!(self, Self::Running(Some(key)) if key == inbox_key)
    }
}

/// One message of one group.
pub(super) struct Row {
    pub(super) headers: Arc<Metadata>,
    pub(super) body: Bytes,
    pub(super) ordering_key: Option<String>,
    /// When it may be claimed: the end of a delay, or of the lease.
    pub(super) visible_at: Instant,
    pub(super) expires_at: Option<Instant>,
    pub(super) token: i64,
    pub(super) leased: bool,
    pub(super) attempt: Attempt,
    /// Whether the attempt counts for nothing where it does not end.
    pub(super) excused: bool,
    pub(super) history: History,
}

/// One group of one subject.
pub(super) struct Queue {
    pub(super) subject: String,
    /// Empty for the backlog of a subject without groups.
    pub(super) group: String,
    /// When it vanishes, unless its consumer shows up.
    pub(super) expires_at: Option<Instant>,
    pub(super) rows: BTreeMap<i64, Row>,
    /// Rows that do not wait for an earlier one of their key.
    ready: BTreeSet<(Instant, i64)>,
    keys: BTreeMap<String, BTreeSet<i64>>,
    pub(super) inbox: BTreeMap<String, (Bytes, Instant)>,
}

impl Queue {
    pub(super) fn new(subject: &str, group: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            group: group.to_owned(),
            expires_at: None,
            rows: BTreeMap::new(),
            ready: BTreeSet::new(),
            keys: BTreeMap::new(),
            inbox: BTreeMap::new(),
        }
    }

    pub(super) fn insert(&mut self, id: i64, row: Row) {
        if let Some(key) = &row.ordering_key {
            self.keys.entry(key.clone()).or_default().insert(id);
        }
        self.rows.insert(id, row);
        self.index(id);
    }

    /// Removes a row and lets the next one of its key through.
    pub(super) fn remove(&mut self, id: i64) {
        let Some(row) = self.rows.remove(&id) else { return };
        self.ready.remove(&(row.visible_at, id));
        let Some(key) = row.ordering_key else { return };
        let Some(waiting) = self.keys.get_mut(&key) else { return };
        waiting.remove(&id);
        match waiting.first().copied() {
            Some(next) => self.index(next),
            None => {
                self.keys.remove(&key);
            }
        }
    }

    /// Moves the time at which a row may be claimed.
    pub(super) fn postpone(&mut self, id: i64, until: Instant) {
        let Some(row) = self.rows.get_mut(&id) else { return };
        let old = std::mem::replace(&mut row.visible_at, until);
        self.ready.remove(&(old, id));
        self.index(id);
    }

    /// The first rows that may be claimed at `now`, at most `max`.
    pub(super) fn claimable(&self, now: Instant, max: usize) -> Vec<i64> {
        let due = self.ready.iter().take_while(|(visible_at, _)| *visible_at <= now);
        due.take(max).map(|(_, id)| *id).collect()
    }

    /// How long until the first row may be claimed.
    pub(super) fn next_in(&self, now: Instant) -> Option<Duration> {
        self.ready.first().map(|(visible_at, _)| visible_at.saturating_duration_since(now))
    }

    /// Whether a row waits for an earlier one of its key.
    pub(super) fn is_blocked(&self, id: i64) -> bool {
        let key = self.rows.get(&id).and_then(|row| row.ordering_key.as_ref());
        let first = key.and_then(|key| self.keys.get(key)).and_then(BTreeSet::first);
        first.is_some_and(|first| *first != id)
    }

    fn index(&mut self, id: i64) {
        if self.is_blocked(id) {
            return;
        }
        if let Some(row) = self.rows.get(&id) {
            self.ready.insert((row.visible_at, id));
        }
    }
}
