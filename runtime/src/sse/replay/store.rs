//! The streams without a connection, and the events they last sent.

use std::collections::hash_map::{Entry, RandomState};
use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use super::LINGER;
use crate::Context;
use crate::codec::Message;
use crate::service::{ReplyStream, Rpc};

/// How many streams wait at most; a further one takes the place of any other.
const CAPACITY: usize = 1024;

/// Whose stream it is: principal, rpc and request.
///
/// The request counts by two hashes with secret keys, so that nobody can find
/// another request with the same ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    principal: Option<String>,
    service: &'static str,
    method: usize,
    request: [u64; 2],
}

/// A stream without a connection.
pub(super) struct Parked {
    /// The rest of the stream; `None` once it has ended.
    pub(super) stream: Option<ReplyStream>,
    /// Its last events.
    pub(super) log: Log,
    /// How many replies it has given.
    pub(super) count: u64,
}

/// The last events of a stream, oldest first: id and frame.
#[derive(Debug, Default)]
pub(super) struct Log(VecDeque<(String, Bytes)>);

impl Log {
    pub(super) fn push(&mut self, id: String, frame: Bytes, window: usize) {
        while self.0.len() >= window.max(1) {
            self.0.pop_front();
        }
        self.0.push_back((id, frame));
    }

    fn holds(&self, id: &str) -> bool {
        self.0.iter().any(|(own, _)| own == id)
    }

    /// How many events came after the one with this id.
    pub(super) fn missed(&self, id: Option<&str>) -> usize {
        self.after(id).count()
    }

    /// The frames after the event with this id.
    pub(super) fn after(&self, id: Option<&str>) -> impl Iterator<Item = &Bytes> {
        let seen = self.0.iter().rposition(|(own, _)| Some(own.as_str()) == id);
        self.0.iter().skip(seen.map_or(0, |seen| seen + 1)).map(|(_, frame)| frame)
    }
}

/// All parked streams of a server, in memory.
pub(super) struct Store {
    parked: Mutex<HashMap<Key, (u64, Parked)>>,
    next: AtomicU64,
    hashers: [RandomState; 2],
    shutdown: CancellationToken,
}

impl Store {
    pub(super) fn new(shutdown: CancellationToken) -> Self {
        Self {
            parked: Mutex::default(),
            next: AtomicU64::new(0),
            hashers: [RandomState::new(), RandomState::new()],
            shutdown,
        }
    }

    pub(super) fn key(&self, rpc: &Rpc, context: &Context, request: &dyn Message) -> Key {
        let bytes = request.to_proto();
        let [first, second] = &self.hashers;
        Key {
            principal: context.principal().map(|principal| principal.subject.clone()),
            service: rpc.service().name,
            method: rpc.index(),
            request: [first.hash_one(&bytes), second.hash_one(&bytes)],
        }
    }

    /// Takes out the stream of `key` if the event `last` is in its window.
    pub(super) fn take(&self, key: &Key, last: &str) -> Option<Parked> {
        match self.lock().entry(key.clone()) {
            Entry::Occupied(entry) if entry.get().1.log.holds(last) => Some(entry.remove().1),
            _ => None,
        }
    }

    /// Keeps a stream for its client to come back, at most for [`LINGER`].
    pub(super) fn park(self: &Arc<Self>, key: Key, parked: Parked) {
        // Without a runtime the process is ending.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if self.shutdown.is_cancelled() {
            return;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut all = self.lock();
        let crowded = all.len() >= CAPACITY && !all.contains_key(&key);
        let oldest = all.iter().min_by_key(|(_, own)| own.0).map(|(key, _)| key.clone());
        let evicted = oldest.filter(|_| crowded).and_then(|oldest| all.remove(&oldest));
        let replaced = all.insert(key.clone(), (number, parked));
        drop(all);
        // Dropped after the lock: they may hold anything of the handler's.
        drop((evicted, replaced));
        let store = Arc::clone(self);
        runtime.spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(LINGER) => {}
                () = store.shutdown.cancelled() => {}
            }
            store.forget(key, number);
        });
    }

    /// Drops a parked stream, and so cancels its handler.
    fn forget(&self, key: Key, number: u64) {
        let gone = match self.lock().entry(key) {
            Entry::Occupied(entry) if entry.get().0 == number => Some(entry.remove()),
            _ => None,
        };
        drop(gone);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, (u64, Parked)>> {
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
