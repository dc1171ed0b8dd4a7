//! The streams of a server without a connection.
//!
//! A caller has a share of the places: who opens and drops many streams pushes
//! out streams of its own, and not those of others.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

use super::owner::Owner;
use super::seat::Seats;
use super::store::StreamKey;
use crate::server::Parks;
use crate::service::{Idle, ReplyStream};

/// A stream without a connection.
pub(super) struct Parked {
    pub(super) stream: ReplyStream,
    /// How many replies it has given.
    pub(super) count: u64,
    /// Its clock, which must not count the time without a connection.
    pub(super) idle: Idle,
}

/// All parked streams of a server.
pub(super) struct Parking {
    limits: Parks,
    slots: Mutex<Slots>,
    /// The streams with a connection.
    seats: Arc<Seats>,
    shutdown: CancellationToken,
}

#[derive(Default)]
struct Slots {
    parked: HashMap<StreamKey, Slot>,
    /// The streams of each caller, the oldest first.
    owners: HashMap<Owner, BTreeMap<u64, StreamKey>>,
    next: u64,
}

struct Slot {
    number: u64,
    parked: Parked,
    /// What drops it in time.
    timer: AbortHandle,
}

impl Parking {
    pub(super) fn new(limits: Parks, shutdown: CancellationToken) -> Self {
        Self { limits, slots: Mutex::default(), seats: Arc::default(), shutdown }
    }

    /// Whether streams wait here at all.
    pub(super) fn is_open(&self) -> bool {
        let Parks { streams, per_caller, .. } = self.limits;
        streams > 0 && per_caller > 0 && !self.shutdown.is_cancelled()
    }

    /// Resolves when a stream that begins to wait now has waited long enough.
    pub(super) async fn time_is_up(&self) {
        tokio::select! {
            () = tokio::time::sleep(self.limits.time) => {}
            () = self.shutdown.cancelled() => {}
        }
    }

    pub(super) fn seats(&self) -> &Arc<Seats> {
        &self.seats
    }

    /// Takes out a stream, if need be from a connection that still reads it.
    pub(super) async fn take(self: &Arc<Self>, key: &StreamKey) -> Option<Taken> {
        if let Some(leaving) = self.seats.take(key) {
            return leaving.settled().await;
        }
        let (key, slot) = self.lock().remove(key)?;
        Some(Taken::new(Arc::clone(self), key, slot.parked))
    }

    /// Keeps a stream for its client to come back, at the expense of its caller;
    /// a server that is full takes the place from the caller with most streams.
    pub(super) fn park(self: &Arc<Self>, key: StreamKey, parked: Parked) {
        let Parks { streams, per_caller, .. } = self.limits;
        if !self.is_open() {
            return;
        }
        // Without a runtime the process is ending.
        let Ok(runtime) = Handle::try_current() else { return };
        let mut slots = self.lock();
        let replaced = slots.remove(&key);
        let evicted = if slots.held_by(key.owner()) >= per_caller {
            slots.evict(key.owner())
        } else if slots.parked.len() >= streams {
            slots.largest().and_then(|owner| slots.evict(&owner))
        } else {
            None
        };
        let number = slots.next;
        slots.next += 1;
        let (parking, own) = (Arc::clone(self), key.clone());
        let timer = runtime.spawn(async move {
            parking.time_is_up().await;
            parking.forget(&own, number);
        });
        slots.insert(key, Slot { number, parked, timer: timer.abort_handle() });
        drop(slots);
        // Dropped after the lock: they may hold anything of the handler's.
        drop((evicted, replaced));
    }

    /// Drops a parked stream, and so cancels its handler.
    fn forget(&self, key: &StreamKey, number: u64) {
        let mut slots = self.lock();
        let same = slots.parked.get(key).is_some_and(|slot| slot.number == number);
        let gone = if same { slots.remove(key) } else { None };
        drop(slots);
        drop(gone);
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    fn insert(&mut self, key: StreamKey, slot: Slot) {
        let own = self.owners.entry(key.owner().clone()).or_default();
        own.insert(slot.number, key.clone());
        self.parked.insert(key, slot);
    }

    /// Takes out a stream, under the key that it was parked with.
    fn remove(&mut self, key: &StreamKey) -> Option<(StreamKey, Slot)> {
        let (key, slot) = self.parked.remove_entry(key)?;
        slot.timer.abort();
        if let Some(own) = self.owners.get_mut(key.owner()) {
            own.remove(&slot.number);
            if own.is_empty() {
                self.owners.remove(key.owner());
            }
        }
        Some((key, slot))
    }

    fn held_by(&self, owner: &Owner) -> usize {
        self.owners.get(owner).map_or(0, BTreeMap::len)
    }

    /// The caller with most streams; of several, the one with the oldest.
    fn largest(&self) -> Option<Owner> {
        let rank = |own: &BTreeMap<u64, StreamKey>| {
            (own.len(), Reverse(own.first_key_value().map(|(number, _)| *number)))
        };
        self.owners.iter().max_by_key(|(_, own)| rank(own)).map(|(owner, _)| owner.clone())
    }

    /// Takes out the oldest stream of a caller.
    fn evict(&mut self, owner: &Owner) -> Option<(StreamKey, Slot)> {
        let (_, key) = self.owners.get(owner)?.first_key_value()?;
        let key = key.clone();
        self.remove(&key)
    }
}

/// A stream for whoever resumes it; parked again if that comes to nothing.
pub(super) struct Taken {
    parking: Arc<Parking>,
    /// With the caller that has parked it.
    key: StreamKey,
    parked: Option<Parked>,
}

impl Taken {
    pub(super) fn new(parking: Arc<Parking>, key: StreamKey, parked: Parked) -> Self {
        Self { parking, key, parked: Some(parked) }
    }

    /// The stream, which is not parked again.
    pub(super) fn release(mut self) -> Option<Parked> {
        self.parked.take()
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(parked) = self.parked.take() {
            self.parking.park(self.key.clone(), parked);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt as _;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn parking(streams: usize, per_caller: usize) -> Arc<Parking> {
        let limits = Parks { streams, per_caller, time: MINUTE };
        Arc::new(Parking::new(limits, CancellationToken::new()))
    }

    /// Parks a stream without replies.
    fn park(parking: &Arc<Parking>, caller: &str, name: &str) {
        let stream = Box::pin(futures_util::stream::pending());
        let parked = Parked { stream, count: 0, idle: Idle::new(None) };
        parking.park(StreamKey::named(caller, name), parked);
    }

    /// Takes a stream out for good.
    fn take(parking: &Arc<Parking>, caller: &str, name: &str) -> bool {
        let taken = parking.take(&StreamKey::named(caller, name)).now_or_never().flatten();
        taken.and_then(Taken::release).is_some()
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_at_its_limit_loses_its_own_oldest_stream() {
        let parking = parking(10, 2);
        park(&parking, "ann", "1");
        for name in ["1", "2", "1", "3"] {
            park(&parking, "bob", name);
        }
        assert!(take(&parking, "ann", "1"));
        // The first one was parked again after the second.
        let left = ["1", "2", "3"].map(|name| take(&parking, "bob", name));
        assert_eq!(left, [true, false, true]);
        assert!(!take(&parking, "bob", "1"), "it is taken once");
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_server_takes_the_place_from_the_caller_with_most() {
        let parking = parking(4, 3);
        park(&parking, "ann", "1");
        for name in ["1", "2", "3"] {
            park(&parking, "bob", name);
        }
        park(&parking, "eve", "1");
        park(&parking, "eve", "2");
        assert_eq!(["1", "2", "3"].map(|name| take(&parking, "bob", name)), [false, false, true]);
        assert!(take(&parking, "ann", "1") && take(&parking, "eve", "1"));
        assert!(take(&parking, "eve", "2"));
        let slots = parking.lock();
        assert!(slots.owners.is_empty() && slots.parked.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_of_nothing_parks_nothing() {
        for parking in [parking(0, 2), parking(2, 0)] {
            park(&parking, "ann", "1");
            assert!(!take(&parking, "ann", "1"));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_waits_for_its_time() {
        let parking = parking(4, 4);
        park(&parking, "ann", "1");
        park(&parking, "ann", "2");
        tokio::time::sleep(MINUTE.checked_sub(Duration::from_secs(1)).unwrap()).await;
        assert!(take(&parking, "ann", "1"));
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(!take(&parking, "ann", "2"));
        park(&parking, "ann", "3");
        parking.shutdown.cancel();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(!take(&parking, "ann", "3"));
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_waits_for_a_stream_that_was_taken_or_pushed_out() {
        let parking = parking(4, 1);
        park(&parking, "ann", "1");
        park(&parking, "ann", "2");
        assert!(take(&parking, "ann", "2"));
        tokio::time::sleep(Duration::from_secs(1)).await;
        // Tasks hold it as well.
        assert_eq!(Arc::strong_count(&parking), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_is_not_resumed_after_all_is_parked_again() {
        let parking = parking(4, 4);
        park(&parking, "ann", "1");
        drop(parking.take(&StreamKey::named("ann", "1")).await);
        assert!(take(&parking, "ann", "1"));
    }
}
