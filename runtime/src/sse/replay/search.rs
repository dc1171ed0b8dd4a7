//! Looks for the stream that a client goes on with.

use std::sync::{Arc, Mutex, PoisonError};

use futures_core::future::BoxFuture;

use super::parked::{Parked, Parking};
use super::recorder::Recorder;
use super::store::{Replay, ReplayEvent, ReplayStore, StreamKey};
use crate::Context;
use crate::service::{Call, Intercept, Reply, ReplyStream, Rpc};

/// What was found behind the chain.
#[derive(Default)]
pub(super) enum Found {
    /// The call did not get there, or is not one to resume.
    #[default]
    Nothing,
    /// The handler is asked, after these events.
    Handler(Vec<ReplayEvent>, Recorder),
    /// A parked stream, after these events.
    Parked(ReplyStream, Vec<ReplayEvent>, Recorder),
    /// Only these events are left, and then the end.
    Ended(Vec<ReplayEvent>),
    /// A stream of which the client has seen all.
    Finished,
}

/// How many hexadecimal digits the name of a stream has.
const NAME: usize = 12;

/// The name of the stream in an event's id, and the rest of it.
fn named(id: &str) -> Option<(&str, &str)> {
    let (name, own) = id.split_once('-')?;
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (name.len() == NAME && name.bytes().all(hex)).then_some((name, own))
}

pub(super) struct Resume {
    pub(super) store: Arc<dyn ReplayStore>,
    pub(super) parking: Arc<Parking>,
    /// The last event that the client has seen.
    pub(super) last: Option<String>,
    pub(super) window: usize,
    /// Whether events are numbered: else the handler gives them ids.
    pub(super) numbered: bool,
    pub(super) found: Mutex<Found>,
}

impl Resume {
    fn recorder(&self, key: StreamKey) -> Recorder {
        Recorder::new(Arc::clone(&self.store), Arc::clone(&self.parking), key, self.window)
    }

    /// For a stream that begins.
    fn begun(&self, keys: &dyn Fn(&str) -> StreamKey) -> Recorder {
        let name = format!("{:0NAME$x}", fastrand::u64(..1 << 48));
        self.recorder(keys(&name)).named(&name)
    }

    /// The stream of the client's last event.
    fn lost(&self, keys: &dyn Fn(&str) -> StreamKey) -> Option<Recorder> {
        let (name, _) = named(self.last.as_deref()?)?;
        Some(self.recorder(keys(name)).named(name))
    }

    /// The last event as the handler knows it: by the number behind the name of
    /// its stream, or by the id that the handler gave it.
    fn for_handler(&self, id: &str) -> String {
        let own = if self.numbered { None } else { named(id) };
        own.map_or(id, |(_, id)| id).to_owned()
    }

    /// What the client goes on with: `lost` is its stream, `begun` a new one.
    async fn search(&self, lost: Option<Recorder>, begun: Recorder) -> Found {
        let (Some(lost), Some(seen)) = (lost, &self.last) else {
            return Found::Handler(Vec::new(), begun);
        };
        // First the stream, then its events: none can be added in between.
        let parked = self.parking.take(&lost.key);
        let missed = self.store.after(&lost.key, seen).await.unwrap_or_else(|status| {
            tracing::warn!(%status, "the events of a stream cannot be looked up");
            None
        });
        match (missed, parked) {
            (None, parked) => {
                if let Some(parked) = parked {
                    self.parking.park(lost.key.clone(), parked);
                }
                Found::Handler(Vec::new(), begun)
            }
            (Some(Replay { events, finished: true }), _) if events.is_empty() => Found::Finished,
            (Some(Replay { events, finished: true }), _) => Found::Ended(events),
            (Some(Replay { events, .. }), Some(Parked { stream, count })) => {
                Found::Parked(stream, events, lost.behind(count))
            }
            (Some(Replay { events, .. }), None) => Found::Handler(events, begun),
        }
    }
}

impl Intercept for Resume {
    fn before<'a>(
        &'a self,
        rpc: &Rpc,
        context: &'a mut Context,
        call: &Call,
    ) -> BoxFuture<'a, Option<Reply>> {
        let Call::Unary(request) = call else { return Box::pin(std::future::ready(None)) };
        let keys = |stream: &str| StreamKey::new(rpc, context, &**request, stream);
        let (lost, begun) = (self.lost(&keys), self.begun(&keys));
        Box::pin(async move {
            let found = self.search(lost, begun).await;
            let resumed = !matches!(found, Found::Handler(..));
            if let Found::Handler(missed, _) = &found {
                // The handler goes on behind what comes out of the store.
                let ids = missed.iter().rev().map(|event| event.id.as_str());
                let seen = ids.chain(self.last.as_deref()).find(|id| !id.is_empty());
                let seen = seen.map(|id| self.for_handler(id));
                *context = context.clone().with_last_event_id(seen);
            }
            *self.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
            // The handler is not asked; its place in the chain is taken by an
            // empty stream, since the parked one has been through the chain.
            resumed.then(|| Reply::Stream(Box::pin(futures_util::stream::empty())))
        })
    }
}
