//! The streams of a server without a connection.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::LINGER;
use super::store::StreamKey;
use crate::service::ReplyStream;

/// How many streams wait at most; a further one takes the place of the oldest.
const CAPACITY: usize = 1024;

/// A stream without a connection, and how many replies it has given.
pub(super) struct Parked {
    pub(super) stream: ReplyStream,
    pub(super) count: u64,
}

/// All parked streams of a server.
pub(super) struct Parking {
    parked: Mutex<HashMap<StreamKey, (u64, Parked)>>,
    next: AtomicU64,
    shutdown: CancellationToken,
}

impl Parking {
    pub(super) fn new(shutdown: CancellationToken) -> Self {
        Self { parked: Mutex::default(), next: AtomicU64::new(0), shutdown }
    }

    /// Takes out a stream.
    pub(super) fn take(&self, key: &StreamKey) -> Option<Parked> {
        self.lock().remove(key).map(|(_, parked)| parked)
    }

    /// Keeps a stream for its client to come back, at most for [`LINGER`]. To
    /// be called inside a tokio runtime.
    pub(super) fn park(self: &Arc<Self>, key: StreamKey, parked: Parked) {
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
        let parking = Arc::clone(self);
        tokio::spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(LINGER) => {}
                () = parking.shutdown.cancelled() => {}
            }
            parking.forget(key, number);
        });
    }

    /// Drops a parked stream, and so cancels its handler.
    fn forget(&self, key: StreamKey, number: u64) {
        let gone = match self.lock().entry(key) {
            Entry::Occupied(entry) if entry.get().0 == number => Some(entry.remove()),
            _ => None,
        };
        drop(gone);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StreamKey, (u64, Parked)>> {
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
