//! Rpcs that stream, over `WebSocket`s: every shape, the end, failures, limits,
//! and whose pages may open one.

use std::sync::atomic::Ordering;
use std::time::Duration;

use agentgen::server::{Cors, Limits};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::agent::Probe;
use crate::running::{Running, answered, soon};

const TAIL: &str = "/lab.v1.Lab/Tail";
const TALK: &str = "/lab.v1.Lab/Talk";
const COLLECT: &str = "/lab.v1.Lab/Collect";

struct Talking(WebSocketStream<TcpStream>);

/// The texts of a conversation, and the code and reason that closed it.
type Told = (Vec<String>, Option<(u16, String)>);

impl Talking {
    async fn open(server: &Running, path: &str) -> Self {
        Self::with(server, path, &[]).await.expect("a WebSocket")
    }

    async fn with(
        server: &Running,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, Error> {
        let url = format!("ws://{}{path}", server.address);
        let mut request = url.into_client_request().expect("a request");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a value"));
        }
        let socket = TcpStream::connect(server.address).await.expect("a connection");
        Ok(Self(soon(client_async(request, socket)).await?.0))
    }

    async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("it can be said");
    }

    /// The next text.
    async fn hear(&mut self) -> String {
        loop {
            match soon(self.0.next()).await.expect("it goes on").expect("it stands") {
                Message::Text(text) => return text.to_string(),
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Everything that is still said.
    async fn rest(mut self) -> Told {
        let (mut texts, mut closed) = (Vec::new(), None);
        while let Some(Ok(message)) = soon(self.0.next()).await {
            match message {
                Message::Text(text) => texts.push(text.to_string()),
                Message::Close(frame) => {
                    closed = frame.map(|own| (own.code.into(), own.reason.to_string()));
                }
                _ => {}
            }
        }
        (texts, closed)
    }
}

fn well() -> (u16, String) {
    (1000, String::new())
}

/// The HTTP status with which no WebSocket came about.
fn refused(outcome: Result<Talking, Error>) -> u16 {
    match outcome {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was let in"),
    }
}

#[tokio::test]
async fn both_sides_talk_in_turn_and_an_empty_text_ends_the_requests() {
    let server = Running::start().await;
    let mut talk = Talking::open(&server, TALK).await;
    for n in ["1", "2"] {
        talk.say(&format!(r#"{{"text":"t","count":{n}}}"#)).await;
        assert_eq!(talk.hear().await, format!(r#"{{"text":"t","count":"{n}"}}"#));
    }
    talk.say("").await;
    assert_eq!(talk.rest().await, (vec![], Some(well())));
    server.end().await;
}

#[tokio::test]
async fn the_route_may_have_any_method() {
    for hidden in [false, true] {
        let server =
            Running::start_with(|own| own.rest().path_rules(|rules| rules.hide_methods = hidden));
        let server = server.await;
        let mut talk = Talking::open(&server, "/v1/talk").await;
        talk.say(r#"{"text":"t"}"#).await;
        assert_eq!(talk.hear().await, r#"{"text":"t"}"#);
        talk.say("").await;
        assert_eq!(talk.rest().await, (vec![], Some(well())));
        server.end().await;
    }
}

#[tokio::test]
async fn a_stream_of_requests_is_answered_once_it_has_ended() {
    let server = Running::start().await;
    let mut collect = Talking::open(&server, COLLECT).await;
    for text in [r#"{"text":"a","count":1}"#, r#"{"text":"b","count":2}"#, ""] {
        collect.say(text).await;
    }
    let (texts, closed) = collect.rest().await;
    assert_eq!((texts, closed), (vec![r#"{"text":"ab","count":"3"}"#.to_owned()], Some(well())));
    server.end().await;
}

#[tokio::test]
async fn a_stream_of_replies_takes_its_request_as_a_text_or_from_the_query() {
    let server = Running::start().await;
    let mut tail = Talking::open(&server, TAIL).await;
    tail.say(r#"{"text":"t","count":2}"#).await;
    let expected: Vec<_> = [1, 2].map(|n| format!(r#"{{"text":"t\n","count":"{n}"}}"#)).into();
    assert_eq!(tail.rest().await, (expected, Some(well())));
    server.end().await;
}

#[tokio::test]
async fn replies_arrive_one_by_one_and_pings_between_them() {
    let server = Running::start().await;
    let mut watch = Talking::open(&server, "/lab.v1.Lab/Watch").await;
    watch.say(r#"{"text":"wait","count":2}"#).await;
    assert!(watch.hear().await.contains(r#""count":"1""#));
    // Heartbeats come every 50 ms.
    let beat = soon(watch.0.next()).await.expect("it goes on").expect("it stands");
    assert_eq!(beat, Message::Ping(Vec::new().into()));
    server.probe.gate.add_permits(1);
    assert!(watch.hear().await.contains(r#""count":"2""#));
    assert_eq!(watch.rest().await, (vec![], Some(well())));
    server.end().await;
}

#[tokio::test]
async fn a_failure_is_the_last_text_and_a_code_of_its_own() {
    let server = Running::start().await;
    for (body, texts, code) in [
        (r#"{"text":"refuse"}"#, 0, 4404),
        (r#"{"text":"fail","count":1}"#, 1, 4503),
        (r#"{"count":"x"}"#, 0, 4400),
        ("{", 0, 4400),
    ] {
        let mut tail = Talking::open(&server, TAIL).await;
        tail.say(body).await;
        let (said, closed) = tail.rest().await;
        assert_eq!((said.len(), closed.map(|own| own.0)), (texts + 1, Some(code)), "{said:?}");
        let last: serde_json::Value = serde_json::from_str(&said[texts]).expect("JSON");
        assert_eq!(last["error"]["code"], code - 4000, "{last}");
    }
    server.end().await;
}

#[tokio::test]
async fn a_fault_names_the_text_that_it_is_in() {
    let server = Running::start().await;
    for (path, field) in [(TALK, "[2].count"), (COLLECT, "[2].count"), (TAIL, "count")] {
        let mut talk = Talking::open(&server, path).await;
        let texts = [r#"{"text":"a"}"#, r#"{"text":"b"}"#, r#"{"count":"x"}"#];
        for text in &texts[if path == TAIL { 2 } else { 0 }..] {
            talk.say(text).await;
        }
        let (said, _) = talk.rest().await;
        let last: serde_json::Value =
            serde_json::from_str(said.last().expect("an error")).expect("JSON");
        let violation = &last["error"]["details"][1]["fieldViolations"][0];
        assert_eq!(violation["field"], field, "{path}");
        let text = violation["description"].as_str().expect("a text");
        assert!(text.ends_with(" at line 1 column 12"), "{text}");
    }
    server.end().await;
}

#[tokio::test]
async fn a_client_that_closes_or_goes_away_cancels_the_handler() {
    let server = Running::start().await;
    for polite in [true, false] {
        let mut tail = Talking::open(&server, TAIL).await;
        tail.say(r#"{"text":"wait","count":9}"#).await;
        tail.hear().await;
        if polite {
            let frame = CloseFrame { code: CloseCode::Normal, reason: "done".into() };
            tail.0.close(Some(frame)).await.expect("it can be closed");
            assert_eq!(tail.rest().await.1, Some((1000, "done".to_owned())), "it is answered");
        } else {
            drop(tail);
        }
        Probe::wait(&server.probe.dropped).await;
    }
    server.end().await;
}

#[tokio::test]
async fn what_is_none_of_the_protocol_is_told_by_its_code() {
    let server = Running::start().await;
    // A text that is no UTF-8, and a frame without a mask.
    for (bytes, code) in [(&b"\x81\x81\0\0\0\0\xff"[..], 1007), (b"\x81\x01a", 1002)] {
        let mut tail = Talking::open(&server, TAIL).await;
        tail.0.get_mut().write_all(bytes).await.expect("it can be sent");
        assert_eq!(tail.rest().await.1.expect("a code").0, code);
    }
    server.end().await;
}

#[tokio::test]
async fn the_limits_of_http_hold() {
    let short = Duration::from_millis(80);
    let limits = |limits: &mut Limits| {
        limits.message_bytes = 1000;
        limits.body_timeout = short;
        limits.stream_bytes = 3000;
        limits.stream_idle = Some(short);
        limits.requests = 1;
    };
    let server = Running::start_with(|own| own.rest().limits(limits)).await;
    let mut long = Talking::open(&server, TAIL).await;
    // A conversation counts as a running request.
    assert_eq!(server.get("/v1/echo/a").await.status, 503);
    long.say(&format!(r#"{{"text":"{}"}}"#, "x".repeat(1000))).await;
    let (texts, closed) = long.rest().await;
    assert!(texts[0].contains("longer than 1000 bytes"), "{texts:?}");
    assert!(texts[0].contains("RESOURCE_EXHAUSTED"), "{texts:?}");
    assert_eq!(closed.expect("a code").0, 4413);
    let calls = server.probe.calls.load(Ordering::Relaxed);
    assert_eq!(calls, 0, "no handler saw it");
    // The place of the one before is free once its connection has ended.
    let opened = async |path| loop {
        match Talking::with(&server, path, &[]).await {
            Ok(talking) => break talking,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let mut endless = opened(TALK).await;
    for _ in 0..4 {
        endless.say(&format!(r#"{{"text":"{}"}}"#, "x".repeat(900))).await;
    }
    assert_eq!(endless.rest().await.1.expect("a code").0, 4413);
    for path in [TAIL, TALK] {
        assert_eq!(opened(path).await.rest().await.1.expect("a code").0, 4408, "{path}");
    }
    server.end().await;
}

#[tokio::test]
async fn pages_of_other_origins_need_leave() {
    let server = Running::start().await;
    let own = format!("http://{}", server.address);
    for (origin, status) in [(own.as_str(), None), ("http://evil.example", Some(403))] {
        let opened = Talking::with(&server, TAIL, &[("origin", origin)]).await;
        assert_eq!(
            opened.map(|_| ()).map_err(|error| refused(Err(error))).err(),
            status,
            "{origin}"
        );
    }
    server.end().await;
    let cors = Cors::origins(["https://app.example"]);
    let server = Running::start_with(|server| server.rest().cors(cors)).await;
    for (origin, status) in [("https://app.example", None), ("null", Some(403))] {
        let opened = Talking::with(&server, TAIL, &[("origin", origin)]).await;
        assert_eq!(
            opened.map(|_| ()).map_err(|error| refused(Err(error))).err(),
            status,
            "{origin}"
        );
    }
    server.end().await;
}

#[tokio::test]
async fn what_is_no_stream_or_no_proper_handshake_stays_http() {
    let server = Running::start().await;
    // A server may go on in HTTP: an rpc without streams does.
    assert_eq!(refused(Talking::with(&server, "/v1/echo/a", &[]).await), 200);
    assert_eq!(refused(Talking::with(&server, "/nowhere", &[]).await), 404);
    let version = [("sec-websocket-version", "8")];
    let Err(Error::Http(response)) = Talking::with(&server, TAIL, &version).await else {
        panic!("no such version")
    };
    assert_eq!(response.status(), 426);
    assert_eq!(response.headers()["sec-websocket-version"], "13");
    let asked = server.request("GET", TALK).header("upgrade", "websocket");
    let asked = asked.header("connection", "upgrade").header("sec-websocket-version", "13");
    assert_eq!(answered(asked).await.status, 400);
    server.end().await;
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let drain = Duration::from_millis(50);
    let mut server = Running::start_with(|own| own.rest().drain_timeout(drain)).await;
    let mut tail = Talking::open(&server, TAIL).await;
    tail.say(r#"{"text":"wait","count":9}"#).await;
    tail.hear().await;
    server.stop();
    let (texts, closed) = tail.rest().await;
    assert!(texts[0].contains("UNAVAILABLE"), "{texts:?}");
    assert_eq!(closed.expect("a code").0, 4503);
    server.end().await;
}
