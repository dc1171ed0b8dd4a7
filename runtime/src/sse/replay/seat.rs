//! The place of a connection at its stream, until another connection of its client
//! takes the stream over.
//!
//! A client that lost its connection may be back before the server has noticed: where
//! the network says nothing, and the stream is silent, that takes minutes.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context as Task, Poll, Waker};

use super::parked::Taken;
use super::recorder::Recorder;
use super::store::StreamKey;
use super::turns::Turns;
use crate::service::ReplyStream;

/// What a connection reads.
pub(crate) struct Held {
    /// `None` once it has ended.
    pub(crate) stream: Option<ReplyStream>,
    /// `None` where nothing is kept for another connection.
    pub(crate) recorder: Option<Recorder>,
}

impl Held {
    /// Waits until the store has what is to be sent.
    pub(crate) fn poll_kept(&mut self, task: &mut Task<'_>) -> Poll<()> {
        self.recorder.as_mut().map_or(Poll::Ready(()), |recorder| recorder.poll_kept(task))
    }
}

struct Place {
    /// `None` once another connection has it.
    held: Option<Held>,
    /// What polls this connection.
    waker: Option<Waker>,
}

/// The places of all connections whose streams can be resumed.
#[derive(Default)]
pub(super) struct Seats {
    places: Mutex<HashMap<StreamKey, Weak<Mutex<Place>>>>,
    /// Who moves them.
    pub(super) turns: Arc<Turns>,
}

/// Who sits here reads the stream; the stream is parked when it is dropped.
pub(crate) struct Seat {
    place: Arc<Mutex<Place>>,
    /// Where others find it.
    listed: Option<(Arc<Seats>, StreamKey)>,
}

impl Seat {
    pub(crate) fn new(mut held: Held) -> Self {
        let turn = held.recorder.as_mut().and_then(Recorder::moved);
        let recorder = held.recorder.as_ref();
        let listed = recorder.map(|own| (Arc::clone(own.seats()), own.key.clone()));
        let place = Arc::new(Mutex::new(Place { held: Some(held), waker: None }));
        if let Some((seats, key)) = &listed {
            seats.lock().insert(key.clone(), Arc::downgrade(&place));
        }
        // From now on others find the stream here.
        drop(turn);
        Self { place, listed }
    }

    /// Reads on, in `task`; `None` where another connection has the stream.
    pub(crate) fn read<T>(
        &self,
        task: &mut Task<'_>,
        read: impl FnOnce(&mut Held, &mut Task<'_>) -> T,
    ) -> Option<T> {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        let Place { held, waker } = &mut *place;
        let held = held.as_mut()?;
        if self.listed.is_some() {
            waker.get_or_insert_with(|| task.waker().clone()).clone_from(task.waker());
        }
        Some(read(held, task))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some((seats, key)) = &self.listed else { return };
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        // Under its lock: whoever looks for the stream finds it here or parked.
        drop(place.held.take().and_then(Leaving::new));
        drop(place);
        let mut seats = seats.lock();
        let own = seats.get(key).is_some_and(|seat| seat.as_ptr() == Arc::as_ptr(&self.place));
        if own {
            seats.remove(key);
        }
    }
}

impl Seats {
    fn lock(&self) -> MutexGuard<'_, HashMap<StreamKey, Weak<Mutex<Place>>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a stream from the connection that reads it, which then breaks.
    pub(super) fn take(&self, key: &StreamKey) -> Option<Leaving> {
        let place = self.lock().get(key)?.upgrade()?;
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        let held = place.held.take()?;
        if let Some(waker) = place.waker.take() {
            waker.wake();
        }
        Leaving::new(held)
    }
}

/// A stream that is between two connections; parked if the other one is not to be.
pub(super) struct Leaving(Option<(Recorder, Option<ReplyStream>)>);

impl Leaving {
    fn new(Held { stream, recorder }: Held) -> Option<Self> {
        recorder.map(|recorder| Self(Some((recorder, stream))))
    }

    /// The stream, once all that its connection noted is kept; `None` where it has ended.
    pub(super) async fn settled(mut self) -> Option<Taken> {
        poll_fn(|task| match &mut self.0 {
            Some((recorder, _)) => recorder.poll_kept(task),
            None => Poll::Ready(()),
        })
        .await;
        let (recorder, stream) = self.0.take()?;
        stream.map(|stream| recorder.taken(stream))
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some((recorder, stream)) = self.0.take() {
            recorder.leave(stream);
        }
    }
}
