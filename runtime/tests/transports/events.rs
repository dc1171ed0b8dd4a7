//! Streams over HTTP: server-sent events, NDJSON, arrays, and resuming.

use agentgen::Principal;
use agentgen::service::{Invocation, Next, from_fn};
use reqwest::Response;

use crate::agent::Probe;
use crate::running::{Running, answered, soon};

const TAIL: &str = "/lab.v1.Lab/Tail";

/// A stream that is read bit by bit.
struct Reading {
    response: Response,
    text: String,
}

impl Reading {
    async fn open(request: reqwest::RequestBuilder) -> Self {
        let response = soon(request.send()).await.unwrap();
        Self { response, text: String::new() }
    }

    /// Reads until the text holds `part`, and returns all so far.
    async fn until(&mut self, part: &str) -> &str {
        while !self.text.contains(part) {
            let chunk = soon(self.response.chunk()).await.unwrap();
            let chunk = chunk.unwrap_or_else(|| panic!("the stream ended: {}", self.text));
            self.text += std::str::from_utf8(&chunk).unwrap();
        }
        &self.text
    }
}

fn post(server: &Running, path: &str, accept: &str, body: &'static str) -> reqwest::RequestBuilder {
    let request = server.request("POST", path).header("content-type", "application/json");
    request.header("accept", accept).body(body)
}

#[tokio::test]
async fn the_accept_header_chooses_the_form() {
    let server = Running::start().await;
    let items = [r#"{"text":"t\n","count":"1"}"#, r#"{"text":"t\n","count":"2"}"#];
    let [a, b] = items;
    let events = format!(":\n\ndata: {a}\nid: 1\n\ndata: {b}\nid: 2\n\nevent: end\ndata: {{}}\n\n");
    for (accept, media, body) in [
        ("text/event-stream", "text/event-stream", events.clone()),
        ("*/*", "text/event-stream", events),
        ("application/x-ndjson", "application/x-ndjson", format!("{a}\n{b}\n")),
        ("application/jsonl", "application/x-ndjson", format!("{a}\n{b}\n")),
        ("application/json", "application/json", format!("[{a},{b}]")),
    ] {
        let request = post(&server, TAIL, accept, r#"{"text":"t","count":2}"#);
        let answer = answered(request).await;
        assert_eq!(
            (answer.header("content-type"), answer.body.as_str()),
            (media, &*body),
            "{accept}"
        );
        assert_eq!(answer.header("cache-control"), "no-cache, no-transform");
        assert_eq!(answer.header("x-accel-buffering"), "no");
    }
    server.end().await;
}

#[tokio::test]
async fn head_and_first_bytes_come_before_the_first_event() {
    let server = Running::start().await;
    let request = post(&server, TAIL, "text/event-stream", r#"{"text":"wait","count":2}"#);
    let mut reading = Reading::open(request).await;
    reading.until("id: 1\n\n").await;
    server.probe.gate.add_permits(1);
    reading.until("event: end").await;
    server.end().await;
}

#[tokio::test]
async fn an_event_source_opens_a_default_binding_by_get() {
    let server = Running::start().await;
    let request = server.request("GET", "/lab.v1.Lab/Tail?text=q&count=1");
    let answer = answered(request.header("accept", "text/event-stream")).await;
    assert!(answer.body.contains(r#"data: {"text":"q\n","count":"1"}"#), "{}", answer.body);
    let answer = server.get("/lab.v1.Lab/Tail?text=q&count=1").await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "OPTIONS, POST"));
    server.end().await;
}

#[tokio::test]
async fn an_error_before_the_first_item_is_a_plain_answer() {
    let server = Running::start().await;
    let answer = answered(post(&server, TAIL, "text/event-stream", r#"{"text":"refuse"}"#)).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (404, "application/json"));
    server.end().await;
}

#[tokio::test]
async fn an_error_within_the_stream_is_told_in_each_form() {
    let server = Running::start().await;
    let body = r#"{"text":"fail","count":1}"#;
    let error = serde_json::json!({"code": 503, "status": "UNAVAILABLE", "message": "cut\noff"});
    let error = serde_json::json!({ "error": error }).to_string();
    let answer = answered(post(&server, TAIL, "text/event-stream", body)).await;
    assert!(answer.body.ends_with(&format!("event: error\ndata: {error}\n\n")), "{}", answer.body);
    let answer = answered(post(&server, TAIL, "application/x-ndjson", body)).await;
    assert!(answer.body.ends_with(&format!("{error}\n")), "{}", answer.body);
    // A complete array means success: the connection breaks instead.
    let response = post(&server, TAIL, "application/json", body).send().await.unwrap();
    assert!(soon(response.text()).await.is_err());
    server.end().await;
}

#[tokio::test]
async fn a_silent_stream_sends_heartbeats() {
    let server = Running::start().await;
    let body = r#"{"text":"wait","count":2}"#;
    let mut reading =
        Reading::open(post(&server, "/lab.v1.Lab/Watch", "text/event-stream", body)).await;
    let text = reading.until("\n\n:\n\n:\n\n").await;
    assert!(text.starts_with("retry: 100\n\n"), "{text}");
    drop(reading);
    server.end().await;
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_the_handler() {
    let server = Running::start().await;
    for accept in ["text/event-stream", "application/x-ndjson"] {
        let request = post(&server, TAIL, accept, r#"{"text":"wait","count":9}"#);
        let mut reading = Reading::open(request).await;
        reading.until("1").await;
        drop(reading);
        Probe::wait(&server.probe.dropped).await;
    }
    server.end().await;
}

#[tokio::test]
async fn a_stream_goes_on_where_its_client_left_it() {
    let server = Running::start().await;
    let watch = |last: Option<&str>| {
        let body = r#"{"text":"wait","count":3}"#;
        let request = post(&server, "/lab.v1.Lab/Watch", "text/event-stream", body);
        match last {
            Some(last) => request.header("last-event-id", last),
            None => request,
        }
    };
    let mut first = Reading::open(watch(None)).await;
    server.probe.gate.add_permits(1);
    first.until("id: 2\n\n").await;
    drop(first);
    // The client has seen event 1 only: 2 comes from the window, 3 from the
    // same handler, which has not been cancelled.
    let mut second = resumed(&server, || watch(Some("1"))).await;
    let text = second.until("id: 2\n\n").await.to_owned();
    assert!(!text.contains("id: 1\n"), "{text}");
    server.probe.gate.add_permits(1);
    second.until("id: 3\n\nevent: end\ndata: {}\n\n").await;
    drop(second);
    // What has ended is told again to those who missed it, and is over for the others.
    let answer = answered(watch(Some("2"))).await;
    assert!(answer.body.contains("id: 3\n\nevent: end"), "{}", answer.body);
    let answer = answered(watch(Some("3"))).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
    server.end().await;
}

/// A connection that found the parked stream: the server may not have noticed
/// yet that the client of the former one has gone, and then starts a new one,
/// whose handler learns of the last event.
async fn resumed(server: &Running, request: impl Fn() -> reqwest::RequestBuilder) -> Reading {
    for _ in 0..1000 {
        let mut reading = Reading::open(request()).await;
        if !reading.until("data: ").await.contains(r"wait\n1") {
            return reading;
        }
        drop(reading);
        Probe::wait(&server.probe.dropped).await;
    }
    panic!("the stream was never parked");
}

#[tokio::test]
async fn a_stream_is_resumed_by_its_own_caller_only() {
    let server = Running::start_with(|own| own.rest().layer(from_fn(login))).await;
    let watch = |who: &'static str, last: &'static str| {
        let path = format!("/lab.v1.Lab/Watch?text=x&count=1&lastEventId={last}");
        let request = server.request("GET", &path).header("accept", "text/event-stream");
        answered(request.header("x-user", who))
    };
    assert_eq!(watch("ann", "").await.status, 200);
    assert_eq!(watch("ann", "1").await.status, 204);
    let other = watch("bob", "1").await;
    assert!(other.body.contains(r#""text":"x\n1""#), "a new stream: {}", other.body);
    assert_eq!(watch("", "1").await.status, 401);
    server.end().await;
}

async fn login(
    mut call: Invocation,
    next: Next,
) -> Result<agentgen::service::Reply, agentgen::Status> {
    match call.context.metadata().get("x-user").filter(|user| !user.is_empty()) {
        Some(user) => {
            let principal = Principal::new(user, ["user"]);
            call.context.set_principal(principal);
            next.run(call).await
        }
        None => Err(agentgen::Status::unauthenticated("who are you?")),
    }
}
