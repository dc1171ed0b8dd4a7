//! gRPC-Web, as its specification has it, and gRPC with JSON:
//! <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost::Message as _;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::agent::Probe;
use crate::connect::{gunzip, gzip};
use crate::contract::Answer;
use crate::grpc::text;
use crate::running::{Running, bytes, framed, http2, soon, unframed};

fn post(server: &Running, path: &str, media: &str) -> reqwest::RequestBuilder {
    post_over(&server.http, server, path, media)
}

fn post_over(
    client: &reqwest::Client,
    server: &Running,
    path: &str,
    media: &str,
) -> reqwest::RequestBuilder {
    let request = client.post(server.url(path)).header("x-grpc-web", "1");
    request.header("content-type", format!("application/{media}"))
}

/// The replies, and the trailers as text.
fn read(body: &[u8]) -> (Vec<Answer>, String) {
    let mut messages = unframed(body);
    let (flag, trailers) = messages.pop().expect("there are trailers");
    assert_eq!(flag, 0x80, "the last message is the trailers");
    let replies = messages.into_iter().map(|(_, message)| Answer::decode(message).unwrap());
    (replies.collect(), String::from_utf8(trailers.to_vec()).unwrap())
}

#[tokio::test]
async fn the_trailers_stand_at_the_end_of_the_body() {
    let server = Running::start().await;
    let message = framed(0, &text("t", 2).encode_to_vec());
    let request = post(&server, "/lab.v1.Lab/Tail", "grpc-web+proto").body(message);
    let (status, headers, body) = bytes(request).await;
    assert_eq!(
        (status.as_u16(), headers["content-type"].to_str().unwrap()),
        (200, "application/grpc-web+proto")
    );
    assert_eq!(headers["vary"], "accept");
    let (replies, trailers) = read(&body);
    assert_eq!(replies.iter().map(|reply| reply.count).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(trailers, "x-count: 2\r\ngrpc-status: 0\r\n");
    server.end().await;
}

#[tokio::test]
async fn the_same_holds_over_http_2() {
    let server = Running::start().await;
    let client = http2();
    let request = client.post(server.url("/lab.v1.Lab/Echo"));
    let request = request.header("content-type", "application/grpc-web");
    let (_, _, body) = bytes(request.body(framed(0, &text("a", 7).encode_to_vec()))).await;
    let (replies, trailers) = read(&body);
    assert_eq!(
        (replies[0].request.clone(), trailers.as_str()),
        (Some(text("a", 7)), "x-cost: 7\r\ngrpc-status: 0\r\n")
    );
    drop(client);
    server.end().await;
}

/// Each flush is padded by itself, on either side.
#[tokio::test]
async fn text_is_base64_in_pieces() {
    let server = Running::start().await;
    let message = framed(0, &text("wait", 2).encode_to_vec());
    let body = [STANDARD.encode(&message[..4]), STANDARD.encode(&message[4..])].concat();
    let request = post(&server, "/lab.v1.Lab/Tail", "grpc-web-text").body(body);
    let mut response = soon(request.send()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/grpc-web-text+proto");
    let first = soon(response.chunk()).await.unwrap().unwrap();
    let first = STANDARD.decode(first).unwrap();
    assert_eq!(Answer::decode(unframed(&first)[0].1).unwrap().count, 1);
    server.probe.gate.add_permits(1);
    let mut rest = Vec::new();
    while let Some(chunk) = soon(response.chunk()).await.unwrap() {
        rest.extend(STANDARD.decode(chunk).unwrap());
    }
    let (replies, trailers) = read(&rest);
    assert_eq!((replies[0].count, trailers.as_str()), (2, "x-count: 2\r\ngrpc-status: 0\r\n"));
    let broken = post(&server, "/lab.v1.Lab/Echo", "grpc-web-text").body("AAA*");
    let (_, headers, _) = bytes(broken).await;
    assert_eq!(headers["grpc-status"], "3");
    server.end().await;
}

#[tokio::test]
async fn an_error_is_in_the_headers_before_a_stream_and_in_the_trailers_within() {
    let server = Running::start().await;
    let ask = |rpc: &str, message| {
        let message = framed(0, &text(message, 1).encode_to_vec());
        post(&server, &format!("/lab.v1.Lab/{rpc}"), "grpc-web").body(message)
    };
    let (status, headers, body) = bytes(ask("Echo", "fail")).await;
    assert_eq!(
        (status.as_u16(), body.len(), headers["grpc-status"].to_str().unwrap()),
        (200, 0, "8")
    );
    assert_eq!(headers["grpc-message"], "busy:%20%C3%A9");
    assert!(headers.contains_key("grpc-status-details-bin"));
    let (replies, trailers) = read(&bytes(ask("Tail", "fail")).await.2);
    assert_eq!(
        (replies.len(), trailers.as_str()),
        (1, "x-count: 1\r\ngrpc-status: 14\r\ngrpc-message: cut%0Aoff\r\n")
    );
    let (_, headers, _) = bytes(ask("Nothing", "")).await;
    assert_eq!(headers["grpc-status"], "12");
    server.end().await;
}

#[tokio::test]
async fn gzip_and_deadlines_are_those_of_grpc() {
    let server = Running::start_with(|own| own.grpc().gzip()).await;
    let packed = framed(1, &gzip(&text("a", 7).encode_to_vec()));
    let request = post(&server, "/lab.v1.Lab/Echo", "grpc-web").header("grpc-encoding", "gzip");
    let (_, headers, body) =
        bytes(request.header("grpc-accept-encoding", "gzip").body(packed)).await;
    assert_eq!(headers["grpc-encoding"], "gzip");
    let (flag, reply) = unframed(&body)[0];
    assert_eq!((flag, Answer::decode(&gunzip(reply)[..]).unwrap().count), (1, 1));
    let request = post(&server, "/lab.v1.Lab/Echo", "grpc-web").header("grpc-timeout", "50m");
    let (_, headers, _) = bytes(request.body(framed(0, &text("hang", 0).encode_to_vec()))).await;
    assert_eq!(headers["grpc-status"], "4");
    Probe::wait(&server.probe.dropped).await;
    server.end().await;
}

#[tokio::test]
async fn health_answers_too() {
    let server = Running::start().await;
    let message = HealthCheckRequest { service: "lab.v1.Lab".into() }.encode_to_vec();
    let request =
        post(&server, "/grpc.health.v1.Health/Check", "grpc-web").body(framed(0, &message));
    let (_, headers, body) = bytes(request).await;
    assert_eq!(headers["content-type"], "application/grpc-web+proto");
    let messages = unframed(&body);
    assert_eq!(HealthCheckResponse::decode(messages[0].1).unwrap().status, 1);
    assert_eq!(messages[1], (0x80, &b"grpc-status: 0\r\n"[..]));
    server.end().await;
}

#[tokio::test]
async fn messages_are_json_where_the_content_type_says_so_and_nothing_else() {
    let server = Running::start().await;
    let client = http2();
    for media in ["grpc+json", "grpc-web+json"] {
        let message = framed(0, br#"{"text":"a","count":"7"}"#);
        let request = post_over(&client, &server, "/lab.v1.Lab/Echo", media);
        let (_, headers, body) = bytes(request.body(message)).await;
        assert_eq!(headers["content-type"], format!("application/{media}"));
        let (length, rest) = body[1..].split_first_chunk::<4>().unwrap();
        let length: usize = u32::from_be_bytes(*length).try_into().unwrap();
        let reply: serde_json::Value = serde_json::from_slice(&rest[..length]).unwrap();
        assert_eq!(reply["request"], serde_json::json!({ "text": "a", "count": "7" }));
    }
    let (status, _, _) = bytes(post(&server, "/lab.v1.Lab/Echo", "grpc+thrift").body("")).await;
    assert_eq!(status, 415);
    drop(client);
    server.end().await;
}

#[tokio::test]
async fn media_types_ignore_case_and_other_methods_are_refused() {
    let server = Running::start().await;
    let message = framed(0, &text("a", 7).encode_to_vec());
    let client = http2();
    for (media, reply) in [
        ("Application/GRPC-Web", "application/grpc-web+proto"),
        ("APPLICATION/grpc+Proto", "application/grpc"),
    ] {
        let request = client.post(server.url("/lab.v1.Lab/Echo")).header("content-type", media);
        let (status, headers, _) = bytes(request.body(message.clone())).await;
        assert_eq!((status.as_u16(), headers["content-type"].to_str().unwrap()), (200, reply));
    }
    let before = server.probe.calls.load(std::sync::atomic::Ordering::Relaxed);
    for (method, media) in [("GET", "grpc"), ("PUT", "grpc-web"), ("DELETE", "grpc-web-text")] {
        let request = server.request(method, "/lab.v1.Lab/Echo");
        let request = request.header("content-type", format!("application/{media}"));
        let (status, headers, _) = bytes(request.body(message.clone())).await;
        let allowed = headers["allow"].to_str().unwrap();
        assert_eq!((status.as_u16(), allowed), (405, "OPTIONS, POST"), "{media}");
    }
    let calls = server.probe.calls.load(std::sync::atomic::Ordering::Relaxed);
    assert_eq!(calls, before, "no handler was asked");
    drop(client);
    server.end().await;
}

#[tokio::test]
async fn what_is_no_gzip_is_the_callers_fault() {
    let server = Running::start().await;
    let request = post(&server, "/lab.v1.Lab/Echo", "grpc-web").header("grpc-encoding", "gzip");
    let (_, headers, _) = bytes(request.body(framed(1, b"no gzip"))).await;
    assert_eq!(headers["grpc-status"], "3");
    server.end().await;
}
