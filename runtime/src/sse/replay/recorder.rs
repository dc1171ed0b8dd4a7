//! What a connection notes of its stream, for the next one.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll, ready};

use bytes::Bytes;
use futures_core::future::BoxFuture;
use futures_util::FutureExt as _;

use super::parked::{Parked, Parking, Taken};
use super::seat::Seats;
use super::store::{ReplayEvent, ReplayStore, StreamKey};
use super::turns::Turn;
use crate::Status;
use crate::service::{Idle, ReplyStream};

/// Keeps the last events of one stream.
pub(crate) struct Recorder {
    store: Arc<dyn ReplayStore>,
    parking: Arc<Parking>,
    pub(super) key: StreamKey,
    window: usize,
    /// How many replies there were, over all connections of the stream.
    pub(crate) count: u64,
    /// What the ids of events begin with.
    pub(crate) prefix: String,
    /// The clock of the stream.
    idle: Idle,
    fresh: Vec<ReplayEvent>,
    finished: bool,
    keeping: Option<BoxFuture<'static, ()>>,
    /// While the stream is on its way to this connection.
    turn: Option<Turn>,
}

impl Recorder {
    pub(super) fn new(
        store: Arc<dyn ReplayStore>,
        parking: Arc<Parking>,
        key: StreamKey,
        window: usize,
    ) -> Self {
        Self {
            store,
            parking,
            key,
            window,
            count: 0,
            prefix: String::new(),
            idle: Idle::new(None),
            fresh: Vec::new(),
            finished: false,
            keeping: None,
            turn: None,
        }
    }

    /// For a stream with a name, with which the ids of its events begin.
    pub(super) fn named(mut self, name: &str) -> Self {
        self.prefix = format!("{name}-");
        self
    }

    /// For a stream under this clock.
    pub(super) fn timed(mut self, idle: Idle) -> Self {
        self.idle = idle;
        self
    }

    /// Waits until nobody else moves the stream.
    pub(super) async fn wait(&mut self) {
        self.turn = Some(self.seats().turns.wait(&self.key).await);
    }

    /// Has the stream arrived; others may move it once this is dropped.
    pub(super) fn moved(&mut self) -> Option<Turn> {
        self.turn.take()
    }

    /// Where connections find the streams of others.
    pub(super) fn seats(&self) -> &Arc<Seats> {
        self.parking.seats()
    }

    /// Goes on with a parked stream.
    pub(super) fn go_on(&mut self, parked: Parked) -> ReplyStream {
        let Parked { stream, count, idle } = parked;
        // Nothing could move while nobody read it.
        idle.restart();
        self.count = count;
        self.idle = idle;
        stream
    }

    /// Notes an event.
    pub(crate) fn record(&mut self, id: String, frame: &[u8]) {
        self.count = self.count.saturating_add(1);
        self.fresh.push(ReplayEvent { id, frame: Bytes::copy_from_slice(frame) });
    }

    /// Notes that the stream has ended well.
    pub(crate) fn finish(&mut self) {
        self.finished = true;
    }

    /// Waits until everything that was noted is kept: before that, it must not
    /// be sent.
    pub(crate) fn poll_kept(&mut self, task: &mut Task<'_>) -> Poll<()> {
        loop {
            if let Some(keeping) = &mut self.keeping {
                ready!(keeping.as_mut().poll(task));
            }
            self.keeping = self.keep();
            if self.keeping.is_none() {
                return Poll::Ready(());
            }
        }
    }

    /// Begins to keep what was noted since.
    fn keep(&mut self) -> Option<BoxFuture<'static, ()>> {
        let finished = std::mem::take(&mut self.finished);
        let events = std::mem::take(&mut self.fresh);
        if events.is_empty() && !finished {
            return None;
        }
        let (store, key, window) = (Arc::clone(&self.store), self.key.clone(), self.window);
        Some(Box::pin(async move {
            let kept = async {
                if !events.is_empty() {
                    store.append(&key, events, window).await?;
                }
                if finished { store.finish(&key).await } else { Ok::<_, Status>(()) }
            };
            if let Err(status) = kept.await {
                tracing::warn!(%status, "events of a stream are not kept for replay");
            }
        }))
    }

    /// Hands the rest of the stream to whoever resumes it.
    pub(super) fn taken(self, stream: ReplyStream) -> Taken {
        let parked = Parked { stream, count: self.count, idle: self.idle };
        Taken::new(self.parking, self.key, parked)
    }

    /// Leaves the rest of the stream to the next connection; `None` where it has
    /// ended. What was noted and perhaps not sent is kept first.
    pub(super) fn leave(mut self, stream: Option<ReplyStream>) {
        // Without a runtime the process is ending.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let parking = Arc::clone(&self.parking);
        let stream = stream.filter(|_| parking.is_open());
        let (keeping, fresh) = (self.keeping.take(), self.keep());
        // Whoever looks for the stream waits until it is parked.
        let turn = self.seats().turns.wait(&self.key).now_or_never();
        // Whoever is handed the stream and drops it parks it.
        let park = move || {
            drop(stream.map(|stream| self.taken(stream)));
            drop(turn);
        };
        if keeping.is_none() && fresh.is_none() {
            return park();
        }
        runtime.spawn(async move {
            let mut kept = pin!(async {
                for work in [keeping, fresh].into_iter().flatten() {
                    work.await;
                }
            });
            tokio::select! {
                biased;
                () = &mut kept => return park(),
                // A store that does not answer keeps no handler alive.
                () = parking.time_is_up() => drop(park),
            }
            kept.await;
        });
    }
}
