//! Resuming a stream of server-sent events on a new connection.
//!
//! Where the contract sets a replay window, the last events of a stream are
//! kept in a [`ReplayStore`], and the stream outlives its connection for a
//! while: it is parked, not read, and so produces nothing that could be
//! lost. A client that names its last event gets the events it missed, and then
//! the parked stream; where there is none (the server was started again), the
//! handler, which finds the last event in its context. A client that has seen
//! all of a finished stream gets nothing.
//!
//! Every stream has a name of its own, with which the ids of its events begin:
//! two streams of one request may have events with the same ids in them, and
//! yet be different ones.
//!
//! A stream belongs to the principal, rpc and request it was started with, so
//! the lookup happens behind the middleware chain, where the caller is known. The
//! places for parked streams, and the memory for events, are shared out among the
//! callers ([`owner`]).

mod memory;
mod owner;
mod parked;
mod recorder;
mod search;
mod seat;
mod store;
mod turns;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, Response};
use tokio_util::sync::CancellationToken;

pub use self::memory::MemoryReplay;
use self::parked::Parking;
pub(super) use self::recorder::Recorder;
use self::search::{Found, Resume};
pub(super) use self::seat::{Held, Seat};
pub use self::store::{Replay, ReplayEvent, ReplayStore, StreamKey};
use super::encoder::LAST_ID;
use super::form::{Form, Sent};
use super::sending::Sending;
use super::{Settings, response};
use crate::Context;
use crate::server::{Body, Parks};
use crate::service::{Idle, Intercept, ReplyStream};

/// The streams of a server that can be resumed.
pub(crate) struct Streams {
    store: Arc<dyn ReplayStore>,
    parking: Arc<Parking>,
}

impl Streams {
    /// No streams. Those that wait for their client end with `shutdown`.
    pub(crate) fn new(
        store: Option<Arc<dyn ReplayStore>>,
        limits: Parks,
        shutdown: CancellationToken,
    ) -> Self {
        let store = store.unwrap_or_else(|| Arc::new(MemoryReplay::default()));
        Self { store, parking: Arc::new(Parking::new(limits, shutdown)) }
    }

    /// What stands behind one response to `peer`; `kept` unless nobody will read it.
    pub(crate) fn open(
        &self,
        sent: Sent,
        settings: Settings,
        context: &Context,
        peer: IpAddr,
        kept: bool,
    ) -> Session {
        let events = sent.form == Form::Events;
        let replayed = kept && events && settings.replay_window > 0;
        let resume = replayed.then(|| {
            Arc::new(Resume {
                store: Arc::clone(&self.store),
                parking: Arc::clone(&self.parking),
                peer,
                last: context.last_event_id().map(str::to_owned),
                window: settings.replay_window,
                numbered: settings.event_id.is_none(),
                found: Mutex::new(Found::Nothing),
            })
        });
        let last = context.last_event_id().filter(|_| events);
        let over = last == Some(LAST_ID);
        let number = last.and_then(|last| last.parse().ok()).unwrap_or_default();
        Session { sent, settings, resume, over, number }
    }
}

/// One response with a stream.
pub(crate) struct Session {
    sent: Sent,
    settings: Settings,
    resume: Option<Arc<Resume>>,
    over: bool,
    /// That of the last event that the client has seen, where its id is no more than one.
    number: u64,
}

impl Session {
    /// Whether the client has seen the last event that any stream has.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// What looks for a stream to resume, where the caller is known.
    pub(crate) fn intercept(&self) -> Option<Arc<dyn Intercept>> {
        self.resume.clone().map(|resume| resume as _)
    }

    /// The response: the resumed stream, or else `stream`, which ends when nothing
    /// moves for too long, unless it is known otherwise that its client is there.
    pub(crate) fn response(
        self,
        mut stream: ReplyStream,
        idle: Idle,
        headers: HeaderMap,
    ) -> Response<Body> {
        if self.settings.heartbeat_in(self.sent.form).is_none() {
            stream = idle.watch(stream);
        }
        let found = self.resume.map(|resume| {
            std::mem::take(&mut *resume.found.lock().unwrap_or_else(PoisonError::into_inner))
        });
        let (stream, recorder, missed) = match found.unwrap_or_default() {
            Found::Finished => return response::finished(headers),
            Found::Nothing => (Some(stream), None, Vec::new()),
            Found::Handler(missed, recorder) => (Some(stream), Some(recorder.timed(idle)), missed),
            Found::Parked(taken, missed, mut recorder) => {
                let resumed = taken.release().map(|parked| recorder.go_on(parked));
                (resumed, Some(recorder), missed)
            }
            Found::Ended(missed) => (None, None, missed),
        };
        let sending =
            Sending::new(stream, self.sent, self.settings, self.number, recorder, &missed);
        response::streaming(sending, headers)
    }
}
