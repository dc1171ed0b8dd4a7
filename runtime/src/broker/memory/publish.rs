//! Publishing, and joining the groups that messages are published to.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::queue::{Attempt, Queue, Row};
use super::store::Memory;
use crate::Metadata;
use crate::broker::embedded::GROUP_LIFE;
use crate::broker::{History, Publish, Published, Subscription};

/// How often what has expired is looked for.
const PURGE_EVERY: Duration = Duration::from_secs(1);

impl Memory {
    pub(super) fn add(&mut self, publish: &Publish, headers: Metadata) -> Published {
        let now = Instant::now();
        self.purge(now);
        if self.is_duplicate(publish, now) {
            return Published { duplicate: true };
        }
        let headers = Arc::new(headers);
        for target in self.targets(&publish.subject) {
            let id = self.fresh_id();
            let row = Row {
                headers: Arc::clone(&headers),
                body: publish.body.clone(),
                ordering_key: publish.ordering_key.clone(),
                visible_at: now + publish.delay,
                expires_at: publish.expires_in.map(|time| now + time),
                token: 0,
                leased: false,
                attempt: Attempt::default(),
                excused: false,
                history: History::default(),
            };
            if let Some(queue) = self.queues.get_mut(&target) {
                queue.insert(id, row);
            }
        }
        self.changed = true;
        Published { duplicate: false }
    }

    fn is_duplicate(&mut self, publish: &Publish, now: Instant) -> bool {
        let Some(key) = &publish.dedupe_key else { return false };
        let end = now + self.dedupe_window;
        let key = (publish.subject.clone(), key.clone());
        match self.dedupe.get(&key) {
            Some(end) if *end > now => true,
            _ => {
                self.dedupe.insert(key, end);
                false
            }
        }
    }

    /// Finds or makes a group; the first one of a subject takes its backlog.
    pub(super) fn enter(&mut self, subscription: &Subscription) -> i64 {
        let (subject, group) = (subscription.subject.as_str(), subscription.group.as_str());
        let expires_at = subscription.ephemeral.then(|| Instant::now() + GROUP_LIFE);
        let is = |queue: &Queue, group| queue.subject == subject && queue.group == group;
        if let Some((id, queue)) = self.queues.iter_mut().find(|(_, queue)| is(queue, group)) {
            queue.expires_at = expires_at;
            return *id;
        }
        let backlog = self.queues.iter().find(|(_, queue)| is(queue, "")).map(|(id, _)| *id);
        let mut queue = backlog
            .and_then(|id| self.queues.remove(&id))
            .unwrap_or_else(|| Queue::new(subject, group));
        group.clone_into(&mut queue.group);
        queue.expires_at = expires_at;
        let id = self.fresh_id();
        self.queues.insert(id, queue);
        id
    }

    /// Drops what has expired.
    fn purge(&mut self, now: Instant) {
        if now < self.purged_at + PURGE_EVERY {
            return;
        }
        self.purged_at = now;
        self.dedupe.retain(|_, end| *end > now);
        self.queues.retain(|_, queue| queue.expires_at.is_none_or(|end| end > now));
        for queue in self.queues.values_mut() {
            queue.inbox.retain(|_, (_, end)| *end > now);
            let gone = |row: &Row| !row.leased && row.expires_at.is_some_and(|end| end <= now);
            let expired: Vec<_> =
                queue.rows.iter().filter(|(_, row)| gone(row)).map(|(id, _)| *id).collect();
            for id in expired {
                queue.remove(id);
            }
        }
    }
}
