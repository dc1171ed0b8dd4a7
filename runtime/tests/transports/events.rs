//! Streams over HTTP: server-sent events, NDJSON, arrays, and resuming.

use std::sync::atomic::Ordering;

use agentgen::Status;
use reqwest::Response;

use crate::agent::Probe;
use crate::running::{Running, answered, http2, soon};

const TAIL: &str = "/lab.v1.Lab/Tail";
const FORMS: [&str; 4] =
    ["text/event-stream", "application/x-ndjson", "application/json-seq", "application/json"];

/// A stream that is read bit by bit.
pub(crate) struct Reading {
    response: Response,
    text: String,
}

impl Reading {
    pub(crate) async fn open(request: reqwest::RequestBuilder) -> Self {
        let response = soon(request.send()).await.unwrap();
        Self { response, text: String::new() }
    }

    /// Reads until the text holds `part`, and returns all so far.
    pub(crate) async fn until(&mut self, part: &str) -> &str {
        while !self.text.contains(part) {
            let chunk = soon(self.response.chunk()).await.unwrap();
            let chunk = chunk.unwrap_or_else(|| panic!("the stream ended: {}", self.text));
            self.text += std::str::from_utf8(&chunk).unwrap();
        }
        &self.text
    }

    /// All of a stream whose connection breaks.
    pub(crate) async fn broken(mut self) -> String {
        loop {
            match soon(self.response.chunk()).await {
                Ok(Some(chunk)) => self.text += std::str::from_utf8(&chunk).unwrap(),
                Ok(None) => panic!("the stream ended well: {}", self.text),
                Err(_) => return self.text,
            }
        }
    }
}

pub(crate) fn post(
    server: &Running,
    path: &str,
    accept: &str,
    body: &'static str,
) -> reqwest::RequestBuilder {
    let request = server.request("POST", path).header("content-type", "application/json");
    request.header("accept", accept).body(body)
}

#[tokio::test]
async fn the_accept_header_chooses_the_form() {
    let server = Running::start().await;
    let items = [r#"{"text":"t\n","count":"1"}"#, r#"{"text":"t\n","count":"2"}"#];
    let [a, b] = items;
    let events = format!(
        ":\n\ndata: {a}\nid: 1\n\ndata: {b}\nid: 2\n\nevent: end\ndata: {{}}\nid: ~end\n\n"
    );
    for (accept, media, body) in [
        ("text/event-stream", "text/event-stream", events.clone()),
        ("*/*", "text/event-stream", events),
        ("application/x-ndjson", "application/x-ndjson", format!("{a}\n{b}\n")),
        ("application/jsonl", "application/jsonl", format!("{a}\n{b}\n")),
        ("application/json-seq", "application/json-seq", format!("\x1e{a}\n\x1e{b}\n")),
        ("application/json", "application/json", format!("[{a},{b}]")),
    ] {
        let request = post(&server, TAIL, accept, r#"{"text":"t","count":2}"#);
        let answer = answered(request).await;
        assert_eq!(
            (answer.header("content-type"), answer.body.as_str()),
            (media, &*body),
            "{accept}"
        );
        assert_eq!(answer.header("cache-control"), "no-store, no-cache, no-transform");
        assert_eq!(answer.header("x-accel-buffering"), "no");
        assert_eq!(answer.list("vary"), "accept");
    }
    server.end().await;
}

#[tokio::test]
async fn a_form_that_does_not_exist_is_refused_before_the_handler() {
    let server = Running::start().await;
    for accept in ["text/html", "application/json;q=0", "image/*, text/plain"] {
        let answer = answered(post(&server, TAIL, accept, r#"{"text":"t","count":2}"#)).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (406, &406.into()));
    }
    assert_eq!(server.probe.calls.load(Ordering::Relaxed), 0);
    server.end().await;
}

#[tokio::test]
async fn head_and_first_bytes_come_before_the_first_event() {
    let server = Running::start().await;
    for accept in FORMS {
        // The handler waits from its second item on.
        let request = post(&server, TAIL, accept, r#"{"text":"wait","count":2}"#);
        let mut reading = Reading::open(request).await;
        reading.until(r#""count":"1""#).await;
        server.probe.gate.add_permits(1);
        reading.until(r#""count":"2""#).await;
        // And this one has nothing to say before the next permit.
        let request = post(&server, TAIL, accept, r#"{"text":"late","count":1}"#);
        let mut reading = Reading::open(request).await;
        server.probe.gate.add_permits(1);
        reading.until(r#""count":"1""#).await;
    }
    server.end().await;
}

#[tokio::test]
async fn an_event_source_opens_a_default_binding_by_get() {
    let server = Running::start().await;
    let request = server.request("GET", "/lab.v1.Lab/Tail?text=q&count=1");
    let answer = answered(request.header("accept", "text/event-stream")).await;
    assert!(answer.body.contains(r#"data: {"text":"q\n","count":"1"}"#), "{}", answer.body);
    let answer = server.get("/lab.v1.Lab/Tail?text=q&count=1").await;
    assert_eq!(answer.status, 406);
    assert!(answer.body.contains("accept that, or send a POST"), "{}", answer.body);
    let answer = server.send("DELETE", "/lab.v1.Lab/Tail", "").await;
    let allowed = "GET, HEAD, OPTIONS, POST";
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, allowed));
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
    let answer = answered(post(&server, TAIL, "application/json-seq", body)).await;
    assert!(answer.body.ends_with(&format!("\n\x1e{error}\n")), "{}", answer.body);
    // A complete array means success: the connection breaks instead, over
    // HTTP/2 as well, after the error for those who asked for it.
    let http2 = http2();
    for client in [&server.http, &http2] {
        let request = || client.post(server.url(TAIL)).header("accept", "application/json");
        let quiet = Reading::open(request().body(body)).await.broken().await;
        assert_eq!(quiet, r#"[{"text":"fail\n","count":"1"}"#);
        let request = request().header("x-agentgen-array-errors", "1").body(body);
        let told = Reading::open(request).await.broken().await;
        assert_eq!(told, format!("{quiet},{error}"));
    }
    drop(http2);
    server.end().await;
}

#[tokio::test]
async fn the_last_number_there_is_ends_no_stream() {
    let server = Running::start().await;
    let last = u64::MAX.to_string();
    for path in ["/lab.v1.Lab/Tail", "/lab.v1.Lab/Watch"] {
        let request = server.request("GET", &format!("{path}?text=a&count=2&lastEventId={last}"));
        let answer = answered(request.header("accept", "text/event-stream")).await;
        assert!(answer.body.contains("event: end"), "{}", answer.body);
    }
    server.end().await;
}

#[tokio::test]
async fn a_last_document_that_could_be_a_reply_breaks_the_connection() {
    let server = Running::start().await;
    let error = Status::unavailable("cut\noff").to_json().to_string();
    let http2 = http2();
    for client in [&server.http, &http2] {
        for (accept, start) in [("application/x-ndjson", ""), ("application/json-seq", "\u{1e}")] {
            let request = client.post(server.url("/lab.v1.Lab/Doubt")).header("accept", accept);
            let told = Reading::open(request.body("{}")).await.broken().await;
            let expected = format!("{start}{{\"text\":\"a\"}}\n{start}{error}\n");
            assert_eq!(told, expected, "{accept}");
        }
    }
    drop(http2);
    // Events have another name for errors.
    let answer = answered(post(&server, "/lab.v1.Lab/Doubt", "text/event-stream", "{}")).await;
    assert!(answer.body.ends_with(&format!("event: error\ndata: {error}\n\n")), "{}", answer.body);
    server.end().await;
}

#[tokio::test]
async fn events_are_named_by_the_member_that_a_reply_holds() {
    let server = Running::start().await;
    let body = r#"{"text":"t","count":1}"#;
    let answer = answered(post(&server, "/lab.v1.Lab/Named", "text/event-stream", body)).await;
    let event = "event: token\ndata: {\"text\":\"t\\n\",\"count\":\"1\"}\nid: ";
    assert!(answer.body.contains(event), "{}", answer.body);
    server.end().await;
}

#[tokio::test]
async fn the_service_chooses_the_form_for_callers_that_take_any() {
    let server = Running::start().await;
    let body = r#"{"text":"t","count":1}"#;
    let item = r#"{"text":"t\n","count":"1"}"#;
    for (path, media, expected) in [
        ("/lab.v1.Lab/Lines", "application/x-ndjson", format!("{item}\n")),
        ("/lab.v1.Lab/Rows", "application/json", format!("[{item}]")),
    ] {
        let any = answered(post(&server, path, "*/*", body)).await;
        let none = answered(server.request("POST", path).body(body)).await;
        for answer in [any, none] {
            assert_eq!((answer.header("content-type"), &*answer.body), (media, &*expected));
        }
        let answer = answered(post(&server, path, "text/event-stream", body)).await;
        assert_eq!(answer.header("content-type"), "text/event-stream");
    }
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
    for accept in FORMS {
        let request = post(&server, TAIL, accept, r#"{"text":"wait","count":9}"#);
        let mut reading = Reading::open(request).await;
        reading.until("1").await;
        drop(reading);
        Probe::wait(&server.probe.dropped).await;
    }
    server.end().await;
}
