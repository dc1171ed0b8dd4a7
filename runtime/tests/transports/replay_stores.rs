//! Where the events of streams are kept: a store of one's own, one that fails, and one
//! that is full.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use agentgen::Status;
use agentgen::server::{MemoryReplay, Replay, ReplayEvent, ReplayStore, StreamKey};
use futures_core::future::BoxFuture;

use crate::events::Reading;
use crate::resuming::{counted, name, watch};
use crate::running::{Running, answered};

/// A store outside of the server.
#[derive(Clone, Default)]
struct Outside(Arc<Mutex<HashMap<StreamKey, Replay>>>);

impl ReplayStore for Outside {
    fn append<'a>(
        &'a self,
        stream: &'a StreamKey,
        events: Vec<ReplayEvent>,
        _window: usize,
    ) -> BoxFuture<'a, Result<(), Status>> {
        Box::pin(async move {
            // What a network would take.
            tokio::task::yield_now().await;
            self.0.lock().unwrap().entry(stream.clone()).or_default().events.extend(events);
            Ok(())
        })
    }

    fn finish<'a>(&'a self, stream: &'a StreamKey) -> BoxFuture<'a, Result<(), Status>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.0.lock().unwrap().entry(stream.clone()).or_default().finished = true;
            Ok(())
        })
    }

    fn after<'a>(
        &'a self,
        stream: &'a StreamKey,
        last: &'a str,
    ) -> BoxFuture<'a, Result<Option<Replay>, Status>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let streams = self.0.lock().unwrap();
            let Some(replay) = streams.get(stream) else { return Ok(None) };
            let seen = replay.events.iter().position(|event| event.id == last);
            Ok(seen.map(|seen| Replay {
                events: replay.events[seen + 1..].to_vec(),
                finished: replay.finished,
            }))
        })
    }
}

#[tokio::test]
async fn a_stream_goes_on_at_another_server_over_a_store_of_ones_own() {
    let store = Outside::default();
    let start = || Running::start_with(|own| own.rest().replay_store(store.clone()));
    let server = start().await;
    let mut first = Reading::open(watch(&server, None)).await;
    server.probe.gate.add_permits(1);
    let name = name(first.until("-2\n\n").await);
    drop(first);
    server.end().await;

    let server = start().await;
    // Event 2 comes from the store; then the handler goes on after it.
    let mut second = Reading::open(watch(&server, Some(&format!("{name}-1")))).await;
    let text = second.until("wait\\n2").await;
    assert!(
        text.contains(&format!("id: {name}-2\n\n")) && !text.contains(&format!("{name}-1")),
        "{text}"
    );
    // What the handler adds has the next numbers.
    second.until("-3\n\n").await;
    server.probe.gate.add_permits(2);
    let text = second.until("\n\nevent: end").await.split_once("\n\nevent: end").unwrap().0;
    let last = text.rsplit_once("id: ").unwrap().1.to_owned();
    drop(second);
    server.end().await;

    let server = start().await;
    assert_eq!(answered(watch(&server, Some(&last))).await.status, 204);
    server.end().await;
}

/// A store that has failed.
struct Broken;

impl ReplayStore for Broken {
    fn append<'a>(
        &'a self,
        _: &'a StreamKey,
        _: Vec<ReplayEvent>,
        _: usize,
    ) -> BoxFuture<'a, Result<(), Status>> {
        Box::pin(async { Err(Status::unavailable("the store is gone")) })
    }

    fn finish<'a>(&'a self, _: &'a StreamKey) -> BoxFuture<'a, Result<(), Status>> {
        Box::pin(async { Err(Status::unavailable("the store is gone")) })
    }

    fn after<'a>(
        &'a self,
        _: &'a StreamKey,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Option<Replay>, Status>> {
        Box::pin(async { Err(Status::unavailable("the store is gone")) })
    }
}

#[tokio::test]
async fn a_stream_outlives_its_store() {
    let server = Running::start_with(|own| own.rest().replay_store(Broken)).await;
    for last in [None, Some("x-1")] {
        server.probe.gate.add_permits(2);
        let answer = answered(watch(&server, last)).await;
        assert!(
            answer.body.ends_with("-3\n\nevent: end\ndata: {}\nid: ~end\n\n"),
            "{}",
            answer.body
        );
    }
    server.end().await;
}

#[tokio::test]
async fn a_store_that_is_full_forgets_the_quietest_stream() {
    let server = Running::start_with(|own| own.rest().replay_store(MemoryReplay::new(1_368))).await;
    let first = name(&counted(&server, "x", 3, "").await);
    let second = name(&counted(&server, "y", 3, "").await);
    let known = counted(&server, "y", 3, &format!("{second}-1")).await;
    assert!(known.contains(&format!("id: {second}-3\n")), "{known}");
    let forgotten = counted(&server, "x", 3, &format!("{first}-1")).await;
    assert!(!forgotten.contains(&format!("id: {first}")), "{forgotten}");
    assert_eq!(server.probe.calls.load(Ordering::Relaxed), 3);
    server.end().await;
}
