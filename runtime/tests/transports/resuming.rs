//! Streams that go on after their connection, and after their server.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use agentgen::server::{Replay, ReplayEvent, ReplayStore, StreamKey};
use agentgen::service::{Invocation, Next, from_fn};
use agentgen::{Principal, Status};
use futures_core::future::BoxFuture;

use crate::events::{Reading, post};
use crate::running::{Running, answered};

const WATCH: &str = "/lab.v1.Lab/Watch";

fn watch(server: &Running, last: Option<&str>) -> reqwest::RequestBuilder {
    let request = post(server, WATCH, "text/event-stream", r#"{"text":"wait","count":3}"#);
    match last {
        Some(last) => request.header("last-event-id", last),
        None => request,
    }
}

/// The name of a stream, with which the ids of its events begin.
fn name(text: &str) -> String {
    let (_, id) = text.split_once("id: ").expect("an event with an id");
    id.split_once('-').expect("a name and a number").0.to_owned()
}

#[tokio::test]
async fn a_stream_goes_on_where_its_client_left_it() {
    let server = Running::start().await;
    let mut first = Reading::open(watch(&server, None)).await;
    server.probe.gate.add_permits(1);
    let name = name(first.until("-2\n\n").await);
    drop(first);
    // The client has seen event 1 only: 2 comes from the store, 3 from the
    // same handler, which has not been cancelled.
    let mut second = parked(&server, &format!("{name}-1")).await;
    let text = second.until(&format!("id: {name}-2\n\n")).await.to_owned();
    assert!(!text.contains("-1\n"), "{text}");
    server.probe.gate.add_permits(1);
    second.until(&format!("id: {name}-3\n\nevent: end\ndata: {{}}\n\n")).await;
    drop(second);
    // What has ended is told again to those who missed it, and is over for the others.
    let answer = answered(watch(&server, Some(&format!("{name}-2")))).await;
    assert!(answer.body.contains("-3\n\nevent: end"), "{}", answer.body);
    let answer = answered(watch(&server, Some(&format!("{name}-3")))).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
    server.end().await;
}

/// A connection that found the parked stream: the server may not have noticed
/// yet that the client of the former one has gone, and then asks the handler.
async fn parked(server: &Running, last: &str) -> Reading {
    for _ in 0..1000 {
        let before = server.probe.calls.load(Ordering::Relaxed);
        let reading = Reading::open(watch(server, Some(last))).await;
        if server.probe.calls.load(Ordering::Relaxed) == before {
            return reading;
        }
    }
    panic!("the stream was never parked");
}

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
    let text = second.until(&format!("wait\\n{name}-2")).await;
    assert!(
        text.contains(&format!("id: {name}-2\n\n")) && !text.contains(&format!("{name}-1")),
        "{text}"
    );
    server.probe.gate.add_permits(2);
    let text = second.until("event: end").await;
    let last = text.rsplit_once("id: ").unwrap().1.split_once('\n').unwrap().0.to_owned();
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
        assert!(answer.body.ends_with("-3\n\nevent: end\ndata: {}\n\n"), "{}", answer.body);
    }
    server.end().await;
}

#[tokio::test]
async fn a_stream_is_resumed_by_its_own_caller_only() {
    let server = Running::start_with(|own| own.rest().layer(from_fn(login))).await;
    let watch = |who: &'static str, last: String| {
        let path = format!("/lab.v1.Lab/Watch?text=x&count=1&lastEventId={last}");
        let request = server.request("GET", &path).header("accept", "text/event-stream");
        answered(request.header("x-user", who))
    };
    let id = format!("{}-1", name(&watch("ann", String::new()).await.body));
    assert_eq!(watch("ann", id.clone()).await.status, 204);
    let other = watch("bob", id.clone()).await;
    assert!(other.body.contains(&format!(r#""text":"x\n{id}""#)), "a new stream: {}", other.body);
    assert_eq!(watch("", id).await.status, 401);
    server.end().await;
}

async fn login(mut call: Invocation, next: Next) -> Result<agentgen::service::Reply, Status> {
    match call.context.metadata().get("x-user").filter(|user| !user.is_empty()) {
        Some(user) => {
            let principal = Principal::new(user, ["user"]);
            call.context.set_principal(principal);
            next.run(call).await
        }
        None => Err(Status::unauthenticated("who are you?")),
    }
}
