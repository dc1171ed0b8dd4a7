//! The last events of streams in the memory of one process.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_core::future::BoxFuture;

use super::owner::Owner;
use super::store::{Replay, ReplayEvent, ReplayStore, StreamKey};
use crate::Status;

/// How much one stream counts beside its events, in bytes: with its caller, who may have no
/// other.
const STREAM: usize = 1024;

/// The store of a server that is told no other: it forgets everything when the
/// process ends, and when it is full, of the caller whose events take most room
/// the stream that was quiet for longest.
pub struct MemoryReplay {
    limit: usize,
    logs: Mutex<Logs>,
}

#[derive(Default)]
struct Logs {
    streams: HashMap<StreamKey, Log>,
    owners: HashMap<Owner, Share>,
    /// Every owner, the one to take room from last.
    ranks: BTreeMap<Rank, Owner>,
    bytes: usize,
    /// Counts the changes; each stream knows its last one.
    changes: u64,
}

struct Log {
    /// Who has started the stream.
    owner: Owner,
    events: VecDeque<ReplayEvent>,
    bytes: usize,
    changed: u64,
    finished: bool,
}

/// What is kept of one owner.
#[derive(Default)]
struct Share {
    bytes: usize,
    /// The streams by their last change.
    streams: BTreeMap<u64, StreamKey>,
}

/// The bytes of an owner; of equal ones, the last change of its quietest stream.
type Rank = (usize, Reverse<u64>);

impl Share {
    /// Differs from that of any other owner.
    fn rank(&self) -> Rank {
        let quietest = self.streams.first_key_value().map_or(0, |(changed, _)| *changed);
        (self.bytes, Reverse(quietest))
    }
}

impl MemoryReplay {
    /// A store of at most `bytes` bytes.
    pub fn new(bytes: usize) -> Self {
        Self { limit: bytes, logs: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Logs> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryReplay {
    /// A store of 16 MiB.
    fn default() -> Self {
        Self::new(16 << 20)
    }
}

impl fmt::Debug for MemoryReplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReplay").field("limit", &self.limit).finish_non_exhaustive()
    }
}

fn size(event: &ReplayEvent) -> usize {
    event.id.len() + event.frame.len()
}

impl Logs {
    fn append(&mut self, key: &StreamKey, events: Vec<ReplayEvent>, window: usize) {
        self.changes += 1;
        let before = self.streams.get(key).map_or(0, |log| log.bytes);
        let log = self.streams.entry(key.clone()).or_insert_with(|| Log {
            owner: key.owner().clone(),
            events: VecDeque::new(),
            bytes: STREAM,
            changed: self.changes,
            finished: false,
        });
        let (was, now) = (std::mem::replace(&mut log.changed, self.changes), self.changes);
        log.finished = false;
        log.bytes += events.iter().map(size).sum::<usize>();
        log.events.extend(events);
        while log.events.len() > window.max(1) {
            log.bytes -= log.events.pop_front().as_ref().map_or(0, size);
        }
        let (owner, bytes) = (log.owner.clone(), log.bytes);
        self.bytes = self.bytes - before + bytes;
        self.change(&owner, |share| {
            share.bytes = share.bytes - before + bytes;
            share.streams.remove(&was);
            share.streams.insert(now, key.clone());
        });
    }

    /// Changes what is kept of an owner.
    fn change(&mut self, owner: &Owner, change: impl FnOnce(&mut Share)) {
        let share = self.owners.entry(owner.clone()).or_default();
        self.ranks.remove(&share.rank());
        change(share);
        if share.streams.is_empty() {
            self.owners.remove(owner);
        } else {
            self.ranks.insert(share.rank(), owner.clone());
        }
    }

    /// Forgets the quietest streams of those who have most.
    fn shrink(&mut self, limit: usize) {
        while self.bytes > limit {
            let largest = self.ranks.last_key_value();
            let largest = largest.and_then(|(_, owner)| self.owners.get(owner));
            let quietest = largest.and_then(|share| share.streams.first_key_value());
            let Some((_, key)) = quietest else { return };
            let Some(log) = self.streams.remove(key) else { return };
            self.bytes -= log.bytes;
            self.change(&log.owner, |share| {
                share.bytes -= log.bytes;
                share.streams.remove(&log.changed);
            });
        }
    }
}

impl ReplayStore for MemoryReplay {
    fn append<'a>(
        &'a self,
        stream: &'a StreamKey,
        events: Vec<ReplayEvent>,
        window: usize,
    ) -> BoxFuture<'a, Result<(), Status>> {
        let mut logs = self.lock();
        logs.append(stream, events, window);
        logs.shrink(self.limit);
        Box::pin(ready(Ok(())))
    }

    fn finish<'a>(&'a self, stream: &'a StreamKey) -> BoxFuture<'a, Result<(), Status>> {
        if let Some(log) = self.lock().streams.get_mut(stream) {
            log.finished = true;
        }
        Box::pin(ready(Ok(())))
    }

    fn after<'a>(
        &'a self,
        stream: &'a StreamKey,
        last: &'a str,
    ) -> BoxFuture<'a, Result<Option<Replay>, Status>> {
        let logs = self.lock();
        let missed = logs.streams.get(stream).and_then(|log| {
            let seen = log.events.iter().rposition(|event| event.id == last)?;
            let events = log.events.iter().skip(seen + 1).cloned().collect();
            Some(Replay { events, finished: log.finished })
        });
        Box::pin(ready(Ok(missed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds one event of about `bytes` bytes.
    async fn append(store: &MemoryReplay, key: &StreamKey, bytes: usize) {
        let event = ReplayEvent { id: "1".into(), frame: vec![b'x'; bytes].into() };
        store.append(key, vec![event], 10).await.unwrap();
    }

    async fn knows(store: &MemoryReplay, key: &StreamKey) -> bool {
        store.after(key, "1").await.unwrap().is_some()
    }

    #[tokio::test]
    async fn a_flood_of_one_caller_leaves_the_streams_of_another() {
        let store = MemoryReplay::new(10_000);
        let bob = StreamKey::named("bob", "1");
        append(&store, &bob, 1_000).await;
        for number in 0..100 {
            append(&store, &StreamKey::named("ann", &number.to_string()), 500).await;
        }
        assert!(knows(&store, &bob).await);
        assert!(!knows(&store, &StreamKey::named("ann", "0")).await);
        assert!(knows(&store, &StreamKey::named("ann", "99")).await);
        let logs = store.lock();
        assert!((9_000..=10_000).contains(&logs.bytes), "{} bytes", logs.bytes);
        let shares: usize = logs.owners.values().map(|share| share.bytes).sum();
        let streams: usize = logs.streams.values().map(|log| log.bytes).sum();
        assert_eq!([shares, streams], [logs.bytes; 2]);
        assert_eq!((logs.owners.len(), logs.ranks.len()), (2, 2));
    }

    #[tokio::test]
    async fn of_one_caller_the_quietest_stream_is_forgotten_first() {
        let store = MemoryReplay::new(2_536);
        let [one, two, three] = ["1", "2", "3"].map(|name| StreamKey::named("ann", name));
        for key in [&one, &two, &one, &three] {
            append(&store, key, 100).await;
        }
        let known = [knows(&store, &one).await, knows(&store, &two).await];
        assert_eq!((known, knows(&store, &three).await), ([true, false], true));
    }
}
