//! Every limit, exceeded: the caller is told, the handler never asked.

use std::sync::atomic::Ordering;
use std::time::Duration;

use agentgen::server::Limits;
use reqwest::Body;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::Code;
use tonic::transport::Channel;

use crate::agent::Probe;
use crate::connect::gzip;
use crate::grpc::{Caller, text};
use crate::running::{Answered, Running, answered, bytes, framed, http2, raw, soon};

const ECHO: &str = "/lab.v1.Lab/Echo";
const HANG: &str = r#"{"text":"hang"}"#;
const SHORT: Duration = Duration::from_millis(80);

async fn limited(change: impl FnOnce(&mut Limits)) -> Running {
    Running::start_with(|server| server.grpc().rest().limits(change)).await
}

fn calls(server: &Running) -> usize {
    server.probe.calls.load(Ordering::Relaxed)
}

fn refused(answer: &Answered, http: u16) {
    assert_eq!(answer.status, http, "{}", answer.body);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], http);
    assert_eq!(error["details"][0]["domain"], "agentgen", "{error}");
}

/// What a server answers to these bytes, sent one by one, until it hangs up.
async fn dribble(server: &Running, text: &[u8]) -> String {
    let socket = TcpStream::connect(server.address).await.unwrap();
    let (mut reading, mut writing) = socket.into_split();
    let bytes = text.to_vec();
    let sender = tokio::spawn(async move {
        for byte in bytes.iter().chain(std::iter::repeat(&b'x')) {
            if writing.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    let mut answer = Vec::new();
    // A reset after the answer is an end as well.
    _ = soon(reading.read_to_end(&mut answer)).await;
    sender.abort();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn what_is_too_long_is_refused_before_the_handler() {
    let server = limited(|limits| {
        limits.message_bytes = 2000;
        limits.header_bytes = 1000;
        limits.uri_bytes = 300;
        limits.query_bytes = 100;
    })
    .await;
    let long = "x".repeat(2000);
    let answer = server.get(&format!("/v1/echo/{}", &long[..300])).await;
    refused(&answer, 414);
    assert_eq!(answer.json()["error"]["status"], "RESOURCE_EXHAUSTED");
    refused(&server.get(&format!("/v1/echo/a?text={}", &long[..100])).await, 414);
    let request = server.request("GET", "/v1/echo/a").header("x-long", &long[..1000]);
    refused(&answered(request).await, 431);
    let answer = server.send("POST", ECHO, &format!(r#"{{"text":"{long}"}}"#)).await;
    refused(&answer, 413);
    assert_eq!(answer.json()["error"]["status"], "RESOURCE_EXHAUSTED");
    let talk = format!("{{\"text\":\"a\"}}\n{{\"text\":\"{long}\"}}\n");
    let request = server.request("POST", "/lab.v1.Lab/Talk").header("accept", "application/jsonl");
    let answer = answered(request.header("content-type", "application/jsonl").body(talk)).await;
    let last: serde_json::Value =
        serde_json::from_str(answer.body.lines().last().unwrap()).unwrap();
    assert_eq!(last["error"]["code"], 413, "{last}");
    assert_eq!(last["error"]["status"], "RESOURCE_EXHAUSTED", "{last}");
    let line = format!("{{\"text\":\"a\"}}\n{{\"text\":\"{long}\"}}\n");
    let request = server.request("POST", "/lab.v1.Lab/Collect");
    let answer = answered(request.header("content-type", "application/x-ndjson").body(line)).await;
    refused(&answer, 413);
    assert_eq!(answer.json()["error"]["status"], "RESOURCE_EXHAUSTED");
    let caller = Caller::of(&server).await.with("x-long", &long[..1000]);
    assert_eq!(
        caller.unary("Echo", text("a", 0)).await.unwrap_err().code(),
        Code::ResourceExhausted
    );
    // The streams are read by their handlers; nothing else came to one.
    assert_eq!(calls(&server), 2);
    drop(caller);
    server.end().await;
}

#[tokio::test]
async fn a_stream_of_requests_is_limited_as_a_whole() {
    let limits = |limits: &mut Limits| limits.stream_bytes = 10_000;
    let server = Running::start_with(|own| own.grpc().connect().rest().limits(limits)).await;
    let lines = |count: usize| format!("{{\"text\":\"{}\"}}\n", "x".repeat(88)).repeat(count);
    let collect = |coding: &str, body: Vec<u8>| {
        let request =
            server.request("POST", "/lab.v1.Lab/Collect").header("content-encoding", coding);
        answered(request.header("content-type", "application/x-ndjson").body(body))
    };
    assert_eq!(collect("identity", lines(100).into_bytes()).await.status, 200);
    refused(&collect("identity", lines(101).into_bytes()).await, 413);
    let packed = gzip(lines(1000).as_bytes());
    assert!(packed.len() < 1000);
    refused(&collect("gzip", packed).await, 413);
    let caller = Caller::of(&server).await;
    let messages = |count: usize| vec![text(&"x".repeat(98), 0); count];
    assert!(caller.client_stream("Collect", messages(100)).await.is_ok());
    let status = caller.client_stream("Collect", messages(101)).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    drop(caller);
    let request = server.request("POST", "/lab.v1.Lab/Collect");
    let request = request.header("content-type", "application/connect+json");
    let message = framed(0, lines(1).trim_end().as_bytes());
    let (_, _, body) = bytes(request.body(message.repeat(102))).await;
    assert!(String::from_utf8_lossy(&body).contains("resource_exhausted"));
    server.end().await;
}

#[tokio::test]
async fn trailers_count_among_the_headers() {
    let server = limited(|limits| limits.header_bytes = 1000).await;
    let chunked = |path: &str, trailers: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             transfer-encoding: chunked\r\ntrailer: x-end\r\nx-long: {}\r\n\r\n\
             2\r\n{{}}\r\n0\r\n{trailers}\r\n",
            "x".repeat(500),
        )
    };
    for path in [ECHO, "/lab.v1.Lab/Collect"] {
        for (length, count, status) in
            [(200, 1, 200), (600, 1, 431), (20_000, 1, 431), (1, 150, 431)]
        {
            let trailer = format!("x-end: {}\r\n", "x".repeat(length));
            let answer = raw(&server, &chunked(path, &trailer.repeat(count))).await;
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{path} {length}: {answer}"
            );
            assert_eq!(answer.contains("trailers are longer"), status == 431, "{answer}");
        }
    }
    server.end().await;
}

#[tokio::test]
async fn paths_and_queries_are_limited_without_a_word_of_the_server() {
    let server = limited(|_| ()).await;
    let long = "x".repeat(32 << 10);
    let path = |length: usize| format!("/v1/echo/{}", &long["/v1/echo/".len()..length]);
    assert_eq!(server.get(&path(16 << 10)).await.status, 200);
    refused(&server.get(&path((16 << 10) + 1)).await, 414);
    let query = |length: usize| format!("/v1/echo/a?q={}", &long["q=".len()..length]);
    assert_eq!(server.get(&query(8 << 10)).await.status, 200);
    refused(&server.get(&query((8 << 10) + 1)).await, 414);
    assert_eq!(calls(&server), 2);
    server.end().await;
}

#[tokio::test]
async fn a_byte_at_a_time_is_cut_off_in_greeting_head_and_body() {
    let server = limited(|limits| {
        limits.header_timeout = SHORT;
        limits.body_timeout = SHORT;
        limits.body_rate = 10_000;
    })
    .await;
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    assert!(!dribble(&server, &preface[..20]).await.contains("200 OK"));
    assert!(
        !dribble(&server, b"GET /v1/echo/a HTTP/1.1\r\nhost: localhost\r\nx: ")
            .await
            .contains("200 OK")
    );
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let head = format!("POST {ECHO} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    for _ in 0..50 {
        // It may have hung up already.
        _ = socket.write_all(b"x").await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    _ = soon(socket.read_to_string(&mut answer)).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("came too slowly"), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(calls(&server), 0);
    server.end().await;
}

#[tokio::test]
async fn an_http_2_peer_that_answers_no_ping_is_cut_off_within_a_head() {
    let server = limited(|limits| {
        limits.ping_interval = Some(SHORT);
        limits.ping_timeout = SHORT;
    })
    .await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    // The preface, empty settings, and the beginning of a frame of headers.
    let begun =
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x09\x01\x04\0\0\0\x01\x82";
    socket.write_all(begun).await.unwrap();
    let mut rest = Vec::new();
    _ = soon(socket.read_to_end(&mut rest)).await;
    assert_eq!(calls(&server), 0);
    server.end().await;
}

#[tokio::test]
async fn a_grpc_body_that_does_not_come_is_not_waited_for() {
    let server = limited(|limits| limits.body_timeout = SHORT).await;
    let client = http2();
    let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = client.post(server.url(ECHO)).header("content-type", "application/grpc");
    let response = soon(request.body(Body::wrap_stream(never)).send()).await.unwrap();
    assert_eq!(response.headers()["grpc-status"], "4");
    assert_eq!(calls(&server), 0);
    drop((response, client));
    server.end().await;
}

#[tokio::test]
async fn a_stream_on_which_nothing_moves_ends_but_for_events_with_heartbeats() {
    let server = limited(|limits| limits.stream_idle = Some(SHORT)).await;
    let waiting = |rpc: &str, accept: &str| {
        let request = server.request("POST", &format!("/lab.v1.Lab/{rpc}"));
        request.header("accept", accept).body(r#"{"text":"wait","count":2}"#)
    };
    let answer = answered(waiting("Tail", "application/x-ndjson")).await;
    let last: serde_json::Value =
        serde_json::from_str(answer.body.lines().last().unwrap()).unwrap();
    assert_eq!(last["error"]["status"], "DEADLINE_EXCEEDED", "{last}");
    let mut events = soon(waiting("Watch", "text/event-stream").send()).await.unwrap();
    let mut seen = String::new();
    // Heartbeats come every 50 ms.
    while seen.matches(":\n\n").count() < 4 {
        seen += std::str::from_utf8(&soon(events.chunk()).await.unwrap().unwrap()).unwrap();
    }
    assert!(!seen.contains("event: error"), "{seen}");
    drop(events);
    let caller = Caller::of(&server).await;
    let mut stream = caller.server_stream("Tail", text("wait", 2)).await.unwrap();
    assert_eq!(soon(stream.message()).await.unwrap().unwrap().count, 1);
    assert_eq!(soon(stream.message()).await.unwrap_err().code(), Code::DeadlineExceeded);
    drop((stream, caller));
    let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = server.request("POST", "/lab.v1.Lab/Collect").body(Body::wrap_stream(never));
    refused(&answered(request).await, 408);
    server.end().await;
}

#[tokio::test]
async fn requests_beyond_the_limit_are_told_to_come_again() {
    let server = limited(|limits| limits.requests = 1).await;
    let request = server.request("POST", ECHO).body(HANG);
    let first = tokio::spawn(async move { request.send().await });
    Probe::wait(&server.probe.started).await;
    let answer = server.get("/v1/echo/a").await;
    refused(&answer, 503);
    assert_eq!(answer.header("retry-after"), "1");
    let caller = Caller::of(&server).await;
    assert_eq!(caller.unary("Echo", text("a", 0)).await.unwrap_err().code(), Code::Unavailable);
    assert_eq!(calls(&server), 1);
    first.abort();
    Probe::wait(&server.probe.dropped).await;
    // The connection lets go of the request after its handler.
    while caller.unary("Echo", text("a", 0)).await.is_err() {
        tokio::task::yield_now().await;
    }
    drop(caller);
    server.end().await;
}

#[tokio::test]
async fn a_connection_too_many_is_closed() {
    let server = limited(|limits| limits.connections = 1).await;
    assert_eq!(server.get("/v1/echo/a").await.status, 200);
    let mut second = TcpStream::connect(server.address).await.unwrap();
    assert!(matches!(soon(second.read(&mut [0; 1])).await, Ok(0) | Err(_)));
    server.end().await;
}

#[tokio::test]
async fn requests_of_one_http_2_connection_take_turns() {
    let server = limited(|limits| limits.requests_per_connection = 1).await;
    let caller = Caller::of(&server).await;
    // The settings of the server have come by the end of a first call.
    caller.unary("Echo", text("a", 0)).await.unwrap();
    let both = tokio::spawn(async move {
        let [one, other] = [(); 2].map(|()| caller.unary("Echo", text("wait", 0)));
        drop(futures_util::join!(one, other));
    });
    // The call before has been dropped by its handler as well.
    Probe::wait(&server.probe.dropped).await;
    Probe::wait(&server.probe.started).await;
    server.probe.gate.add_permits(1);
    Probe::wait(&server.probe.started).await;
    assert_eq!(server.probe.dropped.available_permits(), 1, "the second came after the first");
    server.probe.gate.add_permits(1);
    soon(both).await.unwrap();
    server.end().await;
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_cut_off() {
    let server = limited(|limits| limits.write_timeout = SHORT).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let body = r#"{"text":"t","count":900000000}"#;
    let head = format!(
        "POST /lab.v1.Lab/Tail HTTP/1.1\r\nhost: localhost\r\naccept: application/jsonl\r\ncontent-length: {}\r\n\r\n",
        body.len(),
    );
    socket.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    Probe::wait(&server.probe.dropped).await;
    server.end().await;
}

#[tokio::test]
async fn a_server_on_loopback_answers_to_the_names_of_its_machine_only() {
    let server = limited(|_| ()).await;
    let named = |host: &str| server.request("GET", "/v1/echo/a").header("host", host);
    for host in ["localhost", "127.0.0.1:1", "[::1]"] {
        assert_eq!(answered(named(host)).await.status, 200, "{host}");
    }
    let before = calls(&server);
    let answer = answered(named("rebound.example")).await;
    refused(&answer, 421);
    assert!(answer.body.contains("rebound.example"), "{}", answer.body);
    let endpoint = Channel::from_shared(server.url("")).unwrap();
    let endpoint = endpoint.origin("http://rebound.example".parse().unwrap());
    let caller = Caller::over(endpoint.connect().await.unwrap());
    assert_eq!(
        caller.unary("Echo", text("a", 0)).await.unwrap_err().code(),
        Code::PermissionDenied
    );
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(b"GET /v1/echo/a HTTP/1.1\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    soon(socket.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(calls(&server), before);
    drop(caller);
    server.end().await;

    let server = Running::start_with(|own| own.rest().allowed_hosts(["api.example"])).await;
    let named = |host: &str| server.request("GET", "/v1/echo/a").header("host", host);
    assert_eq!(answered(named("API.example:443")).await.status, 200);
    refused(&answered(named("localhost")).await, 421);
    server.end().await;
}
