//! The last events of streams in the memory of one process.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_core::future::BoxFuture;

use super::store::{Replay, ReplayEvent, ReplayStore, StreamKey};
use crate::Status;

/// How much one stream counts beside its events, in bytes.
const STREAM: usize = 256;

/// The store of a server that is told no other: it forgets everything when the
/// process ends, and the streams that were quiet for longest when it is full.
pub struct MemoryReplay {
    limit: usize,
    logs: Mutex<Logs>,
}

#[derive(Default)]
struct Logs {
    streams: HashMap<StreamKey, Log>,
    bytes: usize,
    /// Counts the changes; each stream knows its last one.
    changes: u64,
}

#[derive(Default)]
struct Log {
    events: VecDeque<ReplayEvent>,
    bytes: usize,
    changed: u64,
    finished: bool,
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
        let log = self.streams.entry(key.clone()).or_insert_with(|| {
            self.bytes += STREAM;
            Log::default()
        });
        let before = log.bytes;
        log.changed = self.changes;
        log.finished = false;
        log.bytes += events.iter().map(size).sum::<usize>();
        log.events.extend(events);
        while log.events.len() > window.max(1) {
            log.bytes -= log.events.pop_front().as_ref().map_or(0, size);
        }
        self.bytes = self.bytes - before + log.bytes;
    }

    /// Forgets the streams that were quiet for longest.
    fn shrink(&mut self, limit: usize) {
        while self.bytes > limit {
            let oldest = self.streams.iter().min_by_key(|(_, log)| log.changed);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else { return };
            if let Some(log) = self.streams.remove(&key) {
                self.bytes -= log.bytes + STREAM;
            }
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
