//! One port, deadlines, panics, and the end of a server.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::agent::Probe;
use crate::contract::Request;
use crate::grpc::{Caller, text};
use crate::running::{Running, answered, http2, raw, soon};

const HANG: &str = r#"{"text":"hang"}"#;

#[tokio::test]
async fn a_request_timeout_cancels_the_handler() {
    let server = Running::start().await;
    let request = server.request("POST", "/lab.v1.Lab/Echo").header("request-timeout", "0.05");
    let answer = answered(request.body(HANG)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["error"]["status"].as_str()),
        (504, Some("DEADLINE_EXCEEDED"))
    );
    Probe::wait(&server.probe.dropped).await;
    // The contract's own timeout needs no header.
    assert_eq!(server.send("POST", "/lab.v1.Lab/Hurry", HANG).await.status, 504);
    server.end().await;
}

#[tokio::test]
async fn a_deadline_covers_a_body_that_does_not_come() {
    let server = Running::start().await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /lab.v1.Lab/Echo HTTP/1.1\r\nhost: localhost\r\nrequest-timeout: 0.05\r\n\
                content-length: 10\r\n\r\n{";
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    soon(socket.read_exact(&mut answer)).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 504");
    drop(socket);
    server.end().await;
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_the_handler() {
    let server = Running::start().await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /lab.v1.Lab/Echo HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{HANG}",
        HANG.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    Probe::wait(&server.probe.started).await;
    drop(socket);
    Probe::wait(&server.probe.dropped).await;
    server.end().await;
}

#[tokio::test]
async fn a_panicking_handler_is_an_internal_error_and_the_server_lives_on() {
    let server = Running::start().await;
    let answer = server.send("POST", "/lab.v1.Lab/Echo", r#"{"text":"panic"}"#).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error"]["status"]),
        (500, &"INTERNAL".into())
    );
    let caller = Caller::of(&server).await;
    let status = caller.unary("Echo", text("panic", 0)).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Internal);
    assert!(!status.message().contains("fire"), "a panic's text stays inside");
    caller.unary("Echo", Request::default()).await.unwrap();
    drop(caller);
    server.end().await;
}

#[tokio::test]
async fn rest_is_served_over_http_2_on_the_same_port() {
    let server = Running::start().await;
    let client = http2();
    let response = soon(client.get(server.url("/v1/echo/a")).send()).await.unwrap();
    assert_eq!(response.version(), reqwest::Version::HTTP_2);
    assert_eq!(response.status(), 200);
    drop((response, client));
    server.end().await;
}

#[tokio::test]
async fn the_shutdown_lets_a_call_and_a_stream_finish() {
    let mut server = Running::start().await;
    let caller = Caller::of(&server).await;
    let mut stream = caller.server_stream("Tail", text("wait", 3)).await.unwrap();
    soon(stream.message()).await.unwrap().unwrap();
    let call =
        tokio::spawn(server.request("POST", "/lab.v1.Lab/Echo").body(r#"{"text":"wait"}"#).send());
    Probe::wait(&server.probe.started).await;
    server.stop();
    // New connections are refused, once the listener is closed; what runs goes on.
    soon(async {
        while TcpStream::connect(server.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(!server.ended());
    server.probe.gate.add_permits(3);
    assert_eq!(soon(call).await.unwrap().unwrap().status(), 200);
    assert_eq!(soon(stream.message()).await.unwrap().unwrap().count, 2);
    assert_eq!(soon(stream.message()).await.unwrap().unwrap().count, 3);
    assert_eq!(soon(stream.message()).await.unwrap(), None);
    drop((stream, caller));
    server.end().await;
}

#[tokio::test]
async fn what_outlasts_the_drain_timeout_is_cancelled_and_answered() {
    let mut server =
        Running::start_with(|own| own.grpc().rest().drain_timeout(Duration::from_millis(50))).await;
    let caller = Caller::of(&server).await;
    let rest = tokio::spawn(server.request("POST", "/lab.v1.Lab/Echo").body(HANG).send());
    let tail = server.request("POST", "/lab.v1.Lab/Tail").body(r#"{"text":"wait","count":2}"#);
    let mut events = soon(tail.send()).await.unwrap();
    let mut stream = caller.server_stream("Tail", text("wait", 2)).await.unwrap();
    soon(stream.message()).await.unwrap().unwrap();
    let unary = caller.unary("Echo", text("hang", 0));
    let stopped = async {
        Probe::wait(&server.probe.started).await;
        Probe::wait(&server.probe.started).await;
        server.stop();
    };
    let (status, ()) = soon(futures_util::future::join(unary, stopped)).await;
    assert_eq!(status.unwrap_err().code(), tonic::Code::Unavailable);
    let answer = soon(rest).await.unwrap().unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (503, &"1".parse().unwrap())
    );
    let status = soon(stream.message()).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unavailable);
    let mut text = String::new();
    while let Some(chunk) = soon(events.chunk()).await.unwrap() {
        text += std::str::from_utf8(&chunk).unwrap();
    }
    assert!(text.contains("\n\nretry: 1000\nevent: error\ndata: {"), "{text}");
    assert!(text.contains("UNAVAILABLE"), "{text}");
    for _ in 0..4 {
        Probe::wait(&server.probe.dropped).await;
    }
    drop((stream, caller));
    server.end().await;
}

#[tokio::test]
async fn a_call_that_never_waits_ends_with_its_deadline() {
    let server = Running::start().await;
    let endless = format!(r#"{{"text":"endless","count":{}}}"#, i32::MAX);
    let request = server.request("POST", "/lab.v1.Lab/Tail").header("request-timeout", "0.05");
    let answer = answered(request.header("accept", "application/x-ndjson").body(endless)).await;
    assert!(answer.body.ends_with("}\n") && answer.body.contains("DEADLINE_EXCEEDED"));
    server.end().await;
}

#[tokio::test]
async fn an_idle_connection_does_not_delay_the_shutdown() {
    let server = Running::start().await;
    let _silent = TcpStream::connect(server.address).await.unwrap();
    server.get("/v1/echo/a").await;
    server.end().await;
}

#[tokio::test]
async fn a_silent_client_and_a_slow_or_endless_head_are_cut_off() {
    let server = Running::start_with(|own| {
        own.rest().limits(|limits| limits.header_timeout = Duration::from_millis(50))
    })
    .await;
    for begun in ["", "PRI * HT", "GET / HTTP/1.1\r\nhost:"] {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(begun.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        soon(socket.read_to_end(&mut rest)).await.unwrap();
    }
    let request = server.request("GET", "/v1/echo/a").header("x-long", "x".repeat(100_000));
    assert_eq!(answered(request).await.status, 431);
    server.end().await;
}

#[tokio::test]
async fn a_connection_that_stays_silent_after_a_reply_is_closed() {
    let server = Running::start_with(|own| {
        own.rest().limits(|limits| limits.header_timeout = Duration::from_millis(50))
    })
    .await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(b"GET /v1/echo/a HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    soon(socket.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    server.end().await;
}

#[tokio::test]
async fn a_body_that_is_not_framed_as_http_asks_is_the_callers_fault() {
    let server = Running::start().await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /lab.v1.Lab/Echo HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked";
    socket.write_all(format!("{head}\r\n\r\nzz\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon(socket.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("the body is malformed"), "{answer}");
    server.end().await;
}

/// The text ends after the head of the body, or after the body.
#[tokio::test]
async fn a_connection_closes_with_a_word_where_a_body_is_not_read_to_its_end() {
    let server = Running::start_with(|own| {
        own.grpc().connect().rest().limits(|limits| limits.message_bytes = 1000)
    })
    .await;
    let post =
        |path: &str, rest: &str| format!("POST {path} HTTP/1.1\r\nhost: localhost\r\n{rest}");
    let echo = "/lab.v1.Lab/Echo";
    let long = "x".repeat(1500);
    for (request, status) in [
        (post(echo, "content-length: 99999\r\n\r\n{"), 413),
        (post(echo, "transfer-encoding: chunked\r\n\r\nzz\r\n"), 400),
        (post(echo, "request-timeout: 0.05\r\ncontent-length: 10\r\n\r\n{"), 504),
        (post("/lab.v1.Lab/Collect", "content-length: 99999\r\n\r\nnonsense\n"), 400),
        (post("/nowhere", "content-length: 10\r\n\r\n"), 404),
        (post(echo, "expect: 100-continue\r\ncontent-length: 99999\r\n\r\n"), 413),
        (post("/v1/echo/a", "host: b\r\ncontent-length: 10\r\n\r\n"), 400),
        (
            post(
                "/lab.v1.Lab/Talk",
                "content-type: application/connect+json\r\ncontent-length: 10\r\n\r\n",
            ),
            505,
        ),
        ("GET /v1/echo/a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n\r\n".to_owned(), 200),
    ] {
        let answer = raw(&server, &request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{request}: {answer}");
    }
    // What is read to its end, and what comes with no body, closes nothing.
    let whole = format!("content-length: {}\r\n\r\n{long}", long.len());
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    for (request, status) in [
        (post(echo, &whole), 413),
        (post("/nowhere", "\r\n"), 404),
        (post(echo, "content-length: 1\r\n\r\n{"), 400),
        (
            "GET /v1/echo/a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}".to_owned(),
            200,
        ),
        ("GET /v1/echo/a HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(), 200),
    ] {
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = vec![0; 4096];
        let length = soon(socket.read(&mut answer)).await.unwrap();
        let answer = std::str::from_utf8(&answer[..length]).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
        assert!(!answer.contains("connection"), "{request}: {answer}");
    }
    drop(socket);
    server.end().await;
}

#[tokio::test]
async fn a_background_transport_starts_and_drains_with_the_server() {
    use agentgen::Status;
    use agentgen::server::Background;
    use agentgen::service::Dispatcher;
    use futures_core::future::BoxFuture;

    struct Polling(tokio::sync::oneshot::Sender<()>);

    impl Background for Polling {
        fn run(self: Box<Self>, dispatcher: Dispatcher) -> BoxFuture<'static, Result<(), Status>> {
            Box::pin(async move {
                dispatcher.shutdown().cancelled().await;
                // The last delivery.
                tokio::task::yield_now().await;
                self.0.send(()).map_err(|()| Status::internal("nobody waits"))
            })
        }
    }

    let (sender, drained) = tokio::sync::oneshot::channel();
    let server = Running::start_with(|own| own.rest().background(Polling(sender))).await;
    server.get("/v1/echo/a").await;
    server.end().await;
    soon(drained).await.unwrap();
}

#[tokio::test]
async fn a_background_transport_that_fails_ends_the_server() {
    use agentgen::Status;
    use agentgen::server::Background;
    use agentgen::service::Dispatcher;
    use futures_core::future::BoxFuture;

    struct Broken;

    impl Background for Broken {
        fn run(self: Box<Self>, _: Dispatcher) -> BoxFuture<'static, Result<(), Status>> {
            Box::pin(async { Err(Status::unavailable("no broker")) })
        }
    }

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = agentgen::Server::<crate::agent::LabService>::new(crate::agent::Lab::default());
    let ended = soon(server.rest().background(Broken).serve(listener)).await;
    assert_eq!(ended.unwrap_err().message(), "no broker");
}
