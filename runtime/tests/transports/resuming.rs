//! Streams that go on after their connection, and after their server.

use std::sync::atomic::Ordering;

use agentgen::server::Limits;
use agentgen::service::{Invocation, Next, from_fn};
use agentgen::{Principal, Status};
use reqwest::{RequestBuilder, Response};

use crate::agent::Probe;
use crate::events::{Reading, post};
use crate::running::{Running, answered, soon};

const WATCH: &str = "/lab.v1.Lab/Watch";

pub(crate) fn watch(server: &Running, last: Option<&str>) -> RequestBuilder {
    let request = post(server, WATCH, "text/event-stream", r#"{"text":"wait","count":3}"#);
    match last {
        Some(last) => request.header("last-event-id", last),
        None => request,
    }
}

/// The name of a stream, with which the ids of its events begin.
pub(crate) fn name(text: &str) -> String {
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
    let mut second = Reading::open(watch(&server, Some(&format!("{name}-1")))).await;
    let text = second.until(&format!("id: {name}-2\n\n")).await.to_owned();
    assert!(!text.contains("-1\n"), "{text}");
    server.probe.gate.add_permits(1);
    second.until(&format!("id: {name}-3\n\nevent: end\ndata: {{}}\nid: ~end\n\n")).await;
    drop(second);
    // What has ended is told again to those who missed it, and is over for the others.
    let answer = answered(watch(&server, Some(&format!("{name}-2")))).await;
    assert!(answer.body.contains("-3\n\nevent: end"), "{}", answer.body);
    let answer = answered(watch(&server, Some(&format!("{name}-3")))).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
    server.end().await;
}

#[tokio::test]
async fn a_stream_is_taken_over_from_a_connection_that_is_still_open() {
    let server = Running::start().await;
    let mut first = Reading::open(watch(&server, None)).await;
    server.probe.gate.add_permits(1);
    let name = name(first.until("-2\n\n").await);
    let mut second = Reading::open(watch(&server, Some(&format!("{name}-1")))).await;
    second.until(&format!("id: {name}-2\n\n")).await;
    first.broken().await;
    server.probe.gate.add_permits(1);
    second.until(&format!("id: {name}-3\n\nevent: end\n")).await;
    assert_eq!(server.probe.calls.load(Ordering::Relaxed), 1, "no handler is asked again");
    server.end().await;
}

#[tokio::test]
async fn an_event_that_nobody_knows_takes_no_stream_from_its_connection() {
    let server = Running::start().await;
    let mut first = Reading::open(watch(&server, None)).await;
    let name = name(first.until("-1\n\n").await);
    drop(Reading::open(watch(&server, Some(&format!("{name}-99")))).await);
    // One for the handler that was asked instead, wherever it is in the queue.
    server.probe.gate.add_permits(3);
    first.until(&format!("id: {name}-3\n\nevent: end\n")).await;
    server.end().await;
}

#[tokio::test]
async fn of_many_clients_that_resume_a_stream_at_once_none_starts_a_handler() {
    let server = Running::start().await;
    let mut first = Reading::open(watch(&server, None)).await;
    let last = format!("{}-1", name(first.until("-1\n\n").await));
    let resumed = (0..20).map(|_| watch(&server, Some(&last)).send());
    let resumed = soon(futures_util::future::join_all(resumed)).await;
    assert!(resumed.iter().all(|answer| answer.as_ref().is_ok_and(|own| own.status() == 200)));
    assert_eq!(server.probe.calls.load(Ordering::Relaxed), 1);
    server.probe.gate.add_permits(2);
    let texts = resumed.into_iter().flatten().map(Response::text);
    let texts = soon(futures_util::future::join_all(texts)).await;
    let whole = texts.iter().flatten().filter(|text| text.contains("event: end")).count();
    assert_eq!(whole, 1, "one has the stream, the others broke: {texts:?}");
    server.end().await;
}

#[tokio::test]
async fn streams_of_one_request_are_not_mixed_where_their_events_have_the_same_ids() {
    const FOLLOW: &str = "/lab.v1.Lab/Follow";
    const THREE: &str = r#"{"text":"wait","count":3}"#;
    let server = Running::start().await;
    let follow = |request, last: Option<String>| {
        let request = post(&server, FOLLOW, "text/event-stream", request);
        last.iter().fold(request, |request, last| request.header("last-event-id", last))
    };
    server.probe.gate.add_permits(2);
    let first = answered(follow(THREE, None)).await.body;
    let name = name(&first);
    assert!(first.contains(&format!("id: {name}-3\n\nevent: end")), "{first}");
    // Another one, which is still running.
    let mut second = Reading::open(follow(THREE, None)).await;
    second.until("-1\n\n").await;
    let rest = answered(follow(THREE, Some(format!("{name}-2")))).await.body;
    assert!(rest.contains(&format!("id: {name}-3\n\nevent: end")), "{rest}");
    assert!(!rest.contains("-1\n") && !rest.contains("-2\n"), "{rest}");
    // An id of another request's stream says nothing; one without a name is the handler's.
    let one = r#"{"text":"x","count":1}"#;
    for (last, known) in [(format!("{name}-2"), ""), ("7".into(), "7")] {
        let body = answered(follow(one, Some(last))).await.body;
        assert!(body.contains(&format!(r#""text":"x\n{known}""#)), "{body}");
    }
    drop(second);
    server.end().await;
}

#[tokio::test]
async fn whoever_has_seen_the_end_of_a_stream_is_told_that_nothing_is_left() {
    let server = Running::start().await;
    let tail = |text: &str, last: &str| {
        let path = format!("/lab.v1.Lab/Tail?text={text}&count=1");
        let request = server.request("GET", &path).header("accept", "text/event-stream");
        answered(request.header("last-event-id", last.to_owned()))
    };
    let last = |body: &str| body.trim_end().rsplit_once("id: ").unwrap().1.to_owned();
    let whole = tail("a", "").await;
    assert_eq!(last(&whole.body), "~end", "{}", whole.body);
    let calls = server.probe.calls.load(Ordering::Relaxed);
    let again = tail("a", "~end").await;
    assert_eq!((again.status.as_u16(), again.body.as_str()), (204, ""));
    assert_eq!(server.probe.calls.load(Ordering::Relaxed), calls, "no handler is asked");
    // A failure that may pass is worth another call, which goes on behind the
    // last event.
    let failed = tail("fail", "").await;
    assert!(failed.body.contains("event: error") && last(&failed.body).starts_with("1\n"));
    server.end().await;
}

#[tokio::test]
async fn numbers_go_on_where_no_event_is_kept() {
    let server = Running::start().await;
    let request = server.request("GET", "/lab.v1.Lab/Tail?text=a&count=2");
    let request = request.header("accept", "text/event-stream").header("last-event-id", "7");
    let body = answered(request).await.body;
    assert!(body.contains("id: 8\n") && body.contains("id: 9\n"), "{body}");
    assert!(!body.contains("id: 1\n"), "{body}");
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
    assert!(other.body.contains(r#""text":"x\n""#), "a new stream: {}", other.body);
    assert_eq!(watch("", id).await.status, 401);
    server.end().await;
}

/// Two places for each caller; and room for one request, so that another one
/// gets in once the stream before it is parked.
fn crowded(limits: &mut Limits) {
    limits.parked_streams_per_caller = 2;
    limits.requests = 1;
}

/// The response to a request that waits for room.
async fn opened(request: RequestBuilder) -> Response {
    for _ in 0..100_000 {
        let response = soon(request.try_clone().unwrap().send()).await.unwrap();
        if response.status() != 503 {
            return response;
        }
    }
    panic!("the server never had room")
}

/// Reads until the text holds `part`.
async fn until(response: &mut Response, part: &str) -> String {
    let mut text = String::new();
    while !text.contains(part) {
        let chunk = soon(response.chunk()).await.unwrap();
        text += std::str::from_utf8(&chunk.expect("the stream goes on")).unwrap();
    }
    text
}

/// Ann leaves one stream and Bob three; then Ann goes on with hers.
async fn ann_goes_on(
    server: &Running,
    ann: impl Fn(Option<&str>) -> RequestBuilder,
    bob: impl Fn() -> RequestBuilder,
) {
    let mut first = opened(ann(None)).await;
    let name = name(&until(&mut first, "-1\n\n").await);
    drop(first);
    for _ in 0..3 {
        until(&mut opened(bob()).await, "-1\n\n").await;
    }
    let mut resumed = opened(ann(Some(&format!("{name}-1")))).await;
    assert_eq!(server.probe.calls.load(Ordering::Relaxed), 4, "no handler is asked again");
    // Of Bob's streams, one had to give way.
    Probe::wait(&server.probe.dropped).await;
    assert_eq!(server.probe.dropped.available_permits(), 0);
    // The others still wait for the gate, wherever they are in its queue.
    server.probe.gate.add_permits(3);
    until(&mut resumed, &format!("id: {name}-2\n\n")).await;
}

#[tokio::test]
async fn one_caller_cannot_push_out_the_streams_of_another() {
    let server = Running::start_with(|own| own.rest().layer(from_fn(login)).limits(crowded)).await;
    let ann = |last: Option<&str>| watch(&server, last).header("x-user", "ann");
    let bob = || watch(&server, None).header("x-user", "bob");
    ann_goes_on(&server, ann, bob).await;
    server.end().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn one_address_cannot_push_out_the_streams_of_another() {
    let server = Running::start_with(|own| own.rest().limits(crowded)).await;
    // Every address of 127.0.0.0/8 is this machine's.
    let [ann, bob] = ["127.0.0.2", "127.0.0.3"].map(|address| {
        let address: std::net::IpAddr = address.parse().unwrap();
        reqwest::Client::builder().no_proxy().local_address(address).build().unwrap()
    });
    let from = |client: &reqwest::Client, last: Option<&str>| {
        let request = client.post(server.url(WATCH)).header("content-type", "application/json");
        let request = request.header("accept", "text/event-stream");
        let request = request.body(r#"{"text":"wait","count":3}"#);
        last.into_iter().fold(request, |request, last| request.header("last-event-id", last))
    };
    ann_goes_on(&server, |last| from(&ann, last), || from(&bob, None)).await;
    drop((ann, bob));
    server.end().await;
}

/// The reply to a client that has seen the event `last`.
pub(crate) async fn counted(server: &Running, text: &str, count: u32, last: &str) -> String {
    let path = format!("/lab.v1.Lab/Watch?text={text}&count={count}&lastEventId={last}");
    answered(server.request("GET", &path).header("accept", "text/event-stream")).await.body
}

#[tokio::test]
async fn what_is_behind_the_window_is_asked_of_the_handler() {
    let server = Running::start().await;
    let name = name(&counted(&server, "x", 20, "").await);
    let rest = counted(&server, "x", 20, &format!("{name}-11")).await;
    assert!(rest.contains(&format!("id: {name}-12\n")), "ten events are kept: {rest}");
    assert_eq!(server.probe.calls.load(Ordering::Relaxed), 1);
    let again = counted(&server, "x", 20, &format!("{name}-1")).await;
    assert!(again.contains(r#""text":"x\n1""#) && again.contains("-2\n"), "{again}");
    assert!(!again.contains("-1\n"), "numbers go on: {again}");
    assert!(!again.contains(&format!("id: {name}")), "nothing is replayed: {again}");
    assert_eq!(server.probe.calls.load(Ordering::Relaxed), 2);
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
