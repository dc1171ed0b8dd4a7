//! Resuming a stream of server-sent events on a new connection.
//!
//! Where the contract sets a replay window, a stream outlives its connection
//! for [`LINGER`]: it is parked, not read, and so produces nothing that could
//! be lost. A client that names its last event within that time gets the
//! events it missed from the window and then the parked stream; one that has
//! seen all gets nothing. Any other client gets a new stream, of a handler
//! that finds the last event in its context.
//!
//! A stream belongs to the principal, rpc and request it was started with, so
//! the lookup happens behind the middleware chain, where the caller is known.

mod recorder;
mod store;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Response};
use tokio_util::sync::CancellationToken;

pub(super) use self::recorder::Recorder;
use self::store::{Key, Parked, Store};
use super::sending::Sending;
use super::{Settings, response};
use crate::Context;
use crate::server::Body;
use crate::service::{Call, Intercept, Reply, ReplyStream, Rpc, StreamForm};

/// How long a stream waits for its client to come back.
const LINGER: Duration = Duration::from_secs(60);

/// The streams of a server that can be resumed.
pub(crate) struct Streams(Arc<Store>);

impl Streams {
    /// No streams. Those that wait for their client end with `shutdown`.
    pub(crate) fn new(shutdown: CancellationToken) -> Self {
        Self(Arc::new(Store::new(shutdown)))
    }

    /// What stands behind one response.
    pub(crate) fn open(&self, form: StreamForm, settings: Settings, context: &Context) -> Session {
        let replayed = form == StreamForm::Sse && settings.replay_window > 0;
        let resume = replayed.then(|| {
            Arc::new(Resume {
                store: Arc::clone(&self.0),
                last: context.last_event_id().map(str::to_owned),
                window: settings.replay_window,
                found: Mutex::new(Found::Nothing),
            })
        });
        Session { form, settings, resume }
    }
}

/// One response with a stream.
pub(crate) struct Session {
    form: StreamForm,
    settings: Settings,
    resume: Option<Arc<Resume>>,
}

impl Session {
    /// What looks for a stream to resume, where the caller is known.
    pub(crate) fn intercept(&self) -> Option<Arc<dyn Intercept>> {
        self.resume.clone().map(|resume| resume as _)
    }

    /// Whether the stream shows signs of life while it has nothing to say.
    pub(crate) fn has_heartbeat(&self) -> bool {
        self.form == StreamForm::Sse && !self.settings.heartbeat.is_zero()
    }

    /// The response: the resumed stream, or else `stream`.
    pub(crate) fn response(self, stream: ReplyStream, headers: HeaderMap) -> Response<Body> {
        let found = self.resume.map(|resume| resume.take()).unwrap_or_default();
        let (stream, recorder) = match found {
            Found::Finished => return response::finished(headers),
            Found::Nothing => (Some(stream), None),
            Found::Started(recorder) => (Some(stream), Some(recorder)),
            Found::Resumed(resumed, recorder) => (resumed, Some(recorder)),
        };
        let sending = Sending::new(stream, self.form, self.settings, recorder);
        response::streaming(sending, headers)
    }
}

/// What was found behind the chain.
#[derive(Default)]
enum Found {
    /// The call did not get there, or is not one to resume.
    #[default]
    Nothing,
    /// A new stream.
    Started(Recorder),
    /// A parked stream; `None` where it has ended.
    Resumed(Option<ReplyStream>, Recorder),
    /// A stream of which the client has seen all.
    Finished,
}

struct Resume {
    store: Arc<Store>,
    last: Option<String>,
    window: usize,
    found: Mutex<Found>,
}

impl Resume {
    fn take(&self) -> Found {
        std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn search(&self, key: Key) -> Found {
        let parked = self.last.as_ref().and_then(|last| self.store.take(&key, last));
        let store = Arc::clone(&self.store);
        match parked {
            None => Found::Started(Recorder::new(store, key, self.window)),
            Some(Parked { stream: None, log, count }) if log.missed(self.last.as_deref()) == 0 => {
                self.store.park(key, Parked { stream: None, log, count });
                Found::Finished
            }
            Some(Parked { stream, log, count }) => {
                let last = self.last.clone();
                Found::Resumed(
                    stream,
                    Recorder::resume(store, key, self.window, (log, count), last),
                )
            }
        }
    }
}

impl Intercept for Resume {
    fn before(&self, rpc: &Rpc, context: &Context, call: &Call) -> Option<Reply> {
        let Call::Unary(request) = call else { return None };
        let found = self.search(self.store.key(rpc, context, &**request));
        let resumed = matches!(found, Found::Resumed(..) | Found::Finished);
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
        // The handler is not asked; its place in the chain is taken by an
        // empty stream, since the parked one has been through the chain.
        resumed.then(|| Reply::Stream(Box::pin(futures_util::stream::empty())))
    }
}
