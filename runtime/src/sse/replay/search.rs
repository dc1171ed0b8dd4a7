//! Looks for the stream that a client goes on with.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use futures_core::future::BoxFuture;
use uuid::{NoContext, Timestamp, Uuid};

use super::owner::Owner;
use super::parked::{Parking, Taken};
use super::recorder::Recorder;
use super::store::{Replay, ReplayEvent, ReplayStore, StreamKey};
use crate::Context;
use crate::service::{Call, Intercept, Reply, Rpc};

/// What was found behind the chain.
#[derive(Default)]
pub(super) enum Found {
    /// The call did not get there, or is not one to resume.
    #[default]
    Nothing,
    /// The handler is asked, after these events.
    Handler(Vec<ReplayEvent>, Recorder),
    /// A parked stream, after these events.
    Parked(Taken, Vec<ReplayEvent>, Recorder),
    /// Only these events are left, and then the end.
    Ended(Vec<ReplayEvent>),
    /// A stream of which the client has seen all.
    Finished,
}

/// How many hexadecimal digits the name of a stream has, and how many of them are its
/// own: the others are the first of its key, by which a name that belongs to another
/// caller or request is known.
const NAME: usize = 24;
const OWN: usize = 16;

/// The name of the stream in an event's id, and the rest of it.
fn named(id: &str) -> Option<(&str, &str)> {
    let (name, own) = id.split_once('-')?;
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (name.len() == NAME && name.bytes().all(hex)).then_some((name, own))
}

pub(super) struct Resume {
    pub(super) store: Arc<dyn ReplayStore>,
    pub(super) parking: Arc<Parking>,
    /// Where the client is.
    pub(super) peer: IpAddr,
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
        // Where callers have no principal, who knows the name has the stream.
        let (_, random) = Uuid::new_v7(Timestamp::now(NoContext)).as_u64_pair();
        let own = format!("{random:0OWN$x}");
        let key = keys(&own);
        let name = own + key.digits(NAME - OWN);
        self.recorder(key).named(&name)
    }

    /// The stream of the client's last event.
    fn lost(&self, keys: &dyn Fn(&str) -> StreamKey) -> Option<Recorder> {
        let (name, _) = named(self.last.as_deref()?)?;
        let (own, digits) = name.split_at(OWN);
        let key = keys(own);
        (key.digits(NAME - OWN) == digits).then(|| self.recorder(key).named(name))
    }

    /// The last event that the client has seen, as the handler knows it; `None` where it
    /// is one of another caller's or request's stream, which says nothing here.
    fn for_handler(&self, missed: &[ReplayEvent], known: bool) -> Option<String> {
        // The handler goes on behind what comes out of the store.
        let ids = missed.iter().rev().map(|event| event.id.as_str());
        let id = ids.chain(self.last.as_deref()).find(|id| !id.is_empty())?;
        match named(id) {
            Some((_, own)) => known.then(|| own.to_owned()),
            None => Some(id.to_owned()),
        }
    }

    /// What the store has behind an event.
    async fn after(&self, key: &StreamKey, seen: &str) -> Option<Replay> {
        self.store.after(key, seen).await.unwrap_or_else(|status| {
            tracing::warn!(%status, "the events of a stream cannot be looked up");
            None
        })
    }

    /// What the client goes on with: `lost` is its stream, `begun` a new one.
    async fn search(&self, lost: Option<Recorder>, begun: Recorder) -> Found {
        let (Some(mut lost), Some(seen)) = (lost, &self.last) else {
            return Found::Handler(Vec::new(), begun);
        };
        lost.wait().await;
        // A connection that reads it is left alone for an event that nobody knows.
        if self.after(&lost.key, seen).await.is_none() {
            return Found::Handler(Vec::new(), begun);
        }
        // First the stream, then its events: none can be added in between. A
        // client that goes away meanwhile leaves the stream where it was.
        let parked = self.parking.take(&lost.key).await;
        match (self.after(&lost.key, seen).await, parked) {
            (None, _) => Found::Handler(Vec::new(), begun),
            (Some(Replay { events, finished: true }), parked) => {
                drop(parked.and_then(Taken::release));
                if events.is_empty() { Found::Finished } else { Found::Ended(events) }
            }
            (Some(Replay { events, .. }), Some(parked)) => Found::Parked(parked, events, lost),
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
        let owner = Owner::of(context.principal(), self.peer);
        let keys = |stream: &str| StreamKey::new(rpc, context, &**request, stream, owner.clone());
        let (lost, begun) = (self.lost(&keys), self.begun(&keys));
        let known = lost.is_some();
        Box::pin(async move {
            let mut found = self.search(lost, begun).await;
            let resumed = !matches!(found, Found::Handler(..));
            if let Found::Handler(missed, recorder) = &mut found {
                let seen = self.for_handler(missed, known);
                // The numbers of its events go on, too.
                let number = seen.as_deref().filter(|_| self.numbered);
                recorder.count = number.and_then(|id| id.parse().ok()).unwrap_or_default();
                *context = context.clone().with_last_event_id(seen);
            }
            *self.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
            // The handler is not asked; its place in the chain is taken by an
            // empty stream, since the parked one has been through the chain.
            resumed.then(|| Reply::Stream(Box::pin(futures_util::stream::empty())))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use futures_util::{FutureExt as _, StreamExt as _, stream};
    use tokio_util::sync::CancellationToken;

    use super::super::memory::MemoryReplay;
    use super::super::parked::Parked;
    use super::*;
    use crate::Status;
    use crate::server::Parks;
    use crate::service::Idle;

    /// A store that never answers.
    struct Silent;

    impl ReplayStore for Silent {
        fn append<'a>(
            &'a self,
            _: &'a StreamKey,
            _: Vec<ReplayEvent>,
            _: usize,
        ) -> BoxFuture<'a, Result<(), Status>> {
            Box::pin(pending())
        }

        fn finish<'a>(&'a self, _: &'a StreamKey) -> BoxFuture<'a, Result<(), Status>> {
            Box::pin(pending())
        }

        fn after<'a>(
            &'a self,
            _: &'a StreamKey,
            _: &'a str,
        ) -> BoxFuture<'a, Result<Option<Replay>, Status>> {
            Box::pin(pending())
        }
    }

    /// A client that has seen event 1 of a stream that is parked, and its key.
    fn resuming(store: Arc<dyn ReplayStore>, idle: Idle) -> (Resume, StreamKey) {
        let limits = Parks { streams: 4, per_caller: 4, time: Duration::from_secs(60) };
        let parking = Arc::new(Parking::new(limits, CancellationToken::new()));
        let key = StreamKey::named("ann", "1");
        let stream = idle.watch(Box::pin(stream::pending()));
        parking.park(key.clone(), Parked { stream, count: 1, idle });
        let resume = Resume {
            store,
            parking,
            peer: Ipv4Addr::LOCALHOST.into(),
            last: Some("1".into()),
            window: 10,
            numbered: true,
            found: Mutex::default(),
        };
        (resume, key)
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_goes_away_while_the_store_answers_loses_no_stream() {
        let (resume, key) = resuming(Arc::new(Silent), Idle::new(None));
        let [lost, begun] = [(); 2].map(|()| resume.recorder(key.clone()));
        assert!(resume.search(Some(lost), begun).now_or_never().is_none());
        assert!(resume.parking.take(&key).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn the_clock_of_a_stream_stands_still_while_it_is_parked() {
        let store = MemoryReplay::default();
        let seen = ReplayEvent { id: "1".into(), frame: "".into() };
        store.append(&StreamKey::named("ann", "1"), vec![seen], 10).await.unwrap();
        let idle = Idle::new(Some(Duration::from_secs(10)));
        let (resume, key) = resuming(Arc::new(store), idle);
        tokio::time::sleep(Duration::from_secs(30)).await;
        let [lost, begun] = [(); 2].map(|()| resume.recorder(key.clone()));
        let Found::Parked(taken, missed, mut recorder) = resume.search(Some(lost), begun).await
        else {
            panic!("the stream was not parked")
        };
        let mut resumed = recorder.go_on(taken.release().unwrap());
        assert_eq!((missed.len(), recorder.count), (0, 1));
        let nearly = Duration::from_secs(9);
        let next = tokio::time::timeout(nearly, resumed.next()).await;
        assert!(next.is_err(), "it waits for a reply");
        let next = tokio::time::timeout(nearly, resumed.next()).await;
        assert!(next.unwrap().unwrap().is_err(), "but not for ever");
    }
}
