//! What only a client that speaks HTTP/2 itself can do to a server.

use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::RecvStream;
use h2::client::{Builder, SendRequest};
use http::{HeaderMap, Method, Request, Response};
use tokio::net::TcpStream;

use crate::running::{Running, soon};

/// How long a client may take nothing, in these tests.
const SHORT: Duration = Duration::from_millis(500);

async fn patient() -> Running {
    Running::start_with(|server| server.grpc().rest().limits(|own| own.write_timeout = SHORT)).await
}

/// A connection that lets so many bytes of each response come.
async fn connect(server: &Running, window: u32) -> SendRequest<Bytes> {
    let socket = TcpStream::connect(server.address).await.unwrap();
    let client = Builder::new().initial_window_size(window).handshake(socket).await;
    let (client, connection) = client.unwrap();
    tokio::spawn(connection);
    client.ready().await.unwrap()
}

async fn send(
    client: &mut SendRequest<Bytes>,
    server: &Running,
    method: Method,
    path: &str,
) -> Response<RecvStream> {
    let request = Request::builder().method(method.clone()).uri(server.url(path));
    let request = request.header("accept", "application/x-ndjson").body(()).unwrap();
    let (response, mut body) = client.send_request(request, false).unwrap();
    let text = if method == Method::POST { r#"{"text":"a","count":900}"# } else { "" };
    body.send_data(text.into(), true).unwrap();
    soon(response).await.unwrap()
}

#[tokio::test]
async fn a_response_that_its_client_does_not_take_is_reset_and_frees_its_place() {
    let server = Running::start_with(|server| {
        server.rest().limits(|own| (own.write_timeout, own.requests) = (SHORT, 2))
    })
    .await;
    let mut client = connect(&server, 0).await;
    let one = send(&mut client, &server, Method::GET, "/v1/echo/a").await;
    let many = send(&mut client, &server, Method::POST, "/lab.v1.Lab/Tail").await;
    assert!(one.status().is_success() && many.status().is_success());
    assert_eq!(server.get("/v1/echo/a").await.status, 503, "there is no room");
    for response in [one, many] {
        let ended = soon(response.into_body().data()).await.expect("not the end");
        assert!(ended.unwrap_err().is_reset());
    }
    assert_eq!(server.get("/v1/echo/a").await.status, 200);
    // The connection stands.
    let nothing = send(&mut client, &server, Method::HEAD, "/v1/echo/a").await;
    assert_eq!(nothing.status(), 200);
    server.end().await;
}

#[tokio::test]
async fn a_client_that_takes_a_stream_bit_by_bit_gets_all_of_it() {
    let server = patient().await;
    let mut client = connect(&server, 1024).await;
    let answer = send(&mut client, &server, Method::POST, "/lab.v1.Lab/Tail").await;
    let mut body = answer.into_body();
    let mut text = Vec::new();
    let start = Instant::now();
    while let Some(data) = soon(body.data()).await {
        let data = data.unwrap();
        text.extend_from_slice(&data);
        tokio::time::sleep(SHORT / 50).await;
        body.flow_control().release_capacity(data.len()).unwrap();
    }
    assert_eq!(text.split(|byte| *byte == b'\n').count() - 1, 900);
    assert!(start.elapsed() > SHORT, "longer than a client may take nothing");
    server.end().await;
}

#[tokio::test]
async fn trailers_count_among_the_headers() {
    let server =
        Running::start_with(|own| own.grpc().rest().limits(|limits| limits.header_bytes = 1000));
    let server = server.await;
    let mut client = connect(&server, 1 << 16).await;
    for (media, length, expected) in [
        ("application/json", 500, (200, None)),
        ("application/json", 1500, (431, None)),
        ("application/grpc", 1500, (200, Some("8"))),
    ] {
        let request = Request::builder().method(Method::POST).uri(server.url("/lab.v1.Lab/Echo"));
        let request = request.header("content-type", media).body(()).unwrap();
        let (response, mut body) = client.send_request(request, false).unwrap();
        let message = if media == "application/grpc" { &b"\0\0\0\0\0"[..] } else { b"{}" };
        body.send_data(message.into(), false).unwrap();
        let trailer = ("x-end".parse().unwrap(), "x".repeat(length).parse().unwrap());
        body.send_trailers(HeaderMap::from_iter([trailer])).unwrap();
        let response = soon(response).await.unwrap();
        let code = response.headers().get("grpc-status").map(|code| code.to_str().unwrap());
        assert_eq!((response.status().as_u16(), code), expected, "{media} {length}");
    }
    server.end().await;
}

#[tokio::test]
async fn nothing_follows_the_head_of_an_answer_to_head() {
    let server = patient().await;
    let mut client = connect(&server, 1 << 16).await;
    for (path, status) in [("/v1/echo/a", 200), ("/v1/echo/fail", 429), ("/nowhere", 404)] {
        let response = send(&mut client, &server, Method::HEAD, path).await;
        assert_eq!(response.status(), status, "{path}");
        assert!(response.headers().contains_key("content-length"), "{path}");
        let mut body = response.into_body();
        assert!(soon(body.data()).await.is_none(), "{path}");
    }
    server.end().await;
}
