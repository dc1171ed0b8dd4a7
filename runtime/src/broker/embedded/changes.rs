//! Who waits for messages of which queue: a settlement wakes nobody whom it does not
//! concern.

use std::collections::BTreeMap;
#[cfg(feature = "sqlite")]
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// A counter for each queue that somebody waits for.
#[derive(Default)]
pub(in crate::broker) struct Changes(Mutex<BTreeMap<i64, watch::Sender<u64>>>);

impl Changes {
    /// A counter that moves whenever messages of a queue may have become ready.
    pub(in crate::broker) fn of(&self, queue: i64) -> watch::Receiver<u64> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, sender| sender.receiver_count() > 0);
        waiting.entry(queue).or_default().subscribe()
    }

    /// Messages of these queues may have become ready.
    #[cfg(feature = "sqlite")]
    pub(in crate::broker) fn note(&self, queues: &BTreeSet<i64>) {
        if queues.is_empty() {
            return;
        }
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for sender in queues.iter().filter_map(|queue| waiting.get(queue)) {
            sender.send_modify(|count| *count += 1);
        }
    }

    /// Messages of any queue may have become ready.
    pub(in crate::broker) fn note_all(&self) {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for sender in waiting.values() {
            sender.send_modify(|count| *count += 1);
        }
    }
}
