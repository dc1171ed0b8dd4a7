//! Rpcs that stream, over the Connect protocol.

use serde_json::{Value, json};

use crate::agent::Probe;
use crate::connect::{gunzip, gzip};
use crate::running::{Running, bytes, framed, http2, soon, unframed};

fn post(server: &Running, rpc: &str) -> reqwest::RequestBuilder {
    let request = server.request("POST", &format!("/lab.v1.Lab/{rpc}"));
    request
        .header("connect-protocol-version", "1")
        .header("content-type", "application/connect+json")
}

/// The messages of a reply as JSON, and the end of the stream.
fn read(body: &[u8]) -> (Vec<Value>, Value) {
    let mut messages: Vec<_> = unframed(body)
        .into_iter()
        .map(|(flag, text)| (flag, serde_json::from_slice(text).expect("it is JSON")))
        .collect();
    let (flag, end) = messages.pop().expect("a stream has an end");
    assert_eq!(flag, 2, "the last message is the end");
    assert!(messages.iter().all(|(flag, _)| *flag == 0));
    (messages.into_iter().map(|(_, message)| message).collect(), end)
}

#[tokio::test]
async fn replies_come_one_by_one_and_the_end_brings_the_trailers() {
    let server = Running::start().await;
    let request = post(&server, "Tail").body(framed(0, br#"{"text":"t","count":3}"#));
    let (status, headers, body) = bytes(request).await;
    assert_eq!(
        (status.as_u16(), headers["content-type"].to_str().unwrap()),
        (200, "application/connect+json")
    );
    let (messages, end) = read(&body);
    let counts: Vec<_> = messages.iter().map(|message| &message["count"]).collect();
    assert_eq!(counts, ["1", "2", "3"]);
    assert_eq!(end, json!({ "metadata": { "x-count": ["3"] } }));
    server.end().await;
}

#[tokio::test]
async fn an_error_before_and_within_a_stream_is_its_end_under_the_status_200() {
    let server = Running::start().await;
    for (text, replies, code) in [("refuse", 0, "not_found"), ("fail", 1, "unavailable")] {
        let body = json!({ "text": text, "count": 1 }).to_string();
        let (status, _, body) = bytes(post(&server, "Tail").body(framed(0, body.as_bytes()))).await;
        let (messages, end) = read(&body);
        assert_eq!(
            (status.as_u16(), messages.len(), &end["error"]["code"]),
            (200, replies, &json!(code))
        );
    }
    server.end().await;
}

#[tokio::test]
async fn broken_requests_are_refused_in_the_end_of_the_stream() {
    let server =
        Running::start_with(|own| own.connect().limits(|own| own.message_bytes = 100)).await;
    let long = json!({ "text": "x".repeat(200) }).to_string();
    let message = framed(0, b"{}");
    for (body, code) in [
        (Vec::new(), "unimplemented"),
        ([&message[..], &message].concat(), "unimplemented"),
        (framed(0, long.as_bytes()), "resource_exhausted"),
        (framed(0, b"{"), "invalid_argument"),
        (framed(1, &gzip(b"{}")), "internal"),
        (framed(2, b"{}"), "internal"),
        (message[..6].to_vec(), "internal"),
    ] {
        let (status, _, body) = bytes(post(&server, "Tail").body(body)).await;
        assert_eq!((status.as_u16(), &read(&body).1["error"]["code"]), (200, &json!(code)));
    }
    let broken = post(&server, "Tail").header("connect-content-encoding", "gzip");
    let (_, _, body) = bytes(broken.body(framed(1, b"no gzip"))).await;
    assert_eq!(read(&body).1["error"]["code"], "invalid_argument");
    let timeout = post(&server, "Tail").header("connect-timeout-ms", "soon");
    let (_, _, body) = bytes(timeout.body(message.clone())).await;
    assert_eq!(read(&body).1["error"]["code"], "invalid_argument");
    let version =
        server.request("POST", "/lab.v1.Lab/Tail").header("connect-protocol-version", "3");
    let version = version.header("content-type", "application/connect+json").body(message);
    assert_eq!(read(&bytes(version).await.2).1["error"]["code"], "invalid_argument");
    server.end().await;
}

#[tokio::test]
async fn single_messages_are_packed_both_ways() {
    let server = Running::start_with(|own| own.connect().gzip()).await;
    let request = post(&server, "Tail").header("connect-content-encoding", "gzip");
    let request = request.header("connect-accept-encoding", "gzip");
    let request = request.body(framed(1, &gzip(br#"{"text":"t","count":1}"#)));
    let (_, headers, body) = bytes(request).await;
    assert_eq!(headers["connect-content-encoding"], "gzip");
    let messages = unframed(&body);
    let reply: Value = serde_json::from_slice(&gunzip(messages[0].1)).unwrap();
    assert_eq!((messages[0].0, &reply["count"], messages[1].0), (1, &json!("1"), 2));
    server.end().await;
}

#[tokio::test]
async fn requests_stream_over_http_1_and_both_ways_over_http_2() {
    let server = Running::start().await;
    let pages =
        [framed(0, br#"{"text":"a","count":1}"#), framed(0, br#"{"text":"b","count":2}"#)].concat();
    let (messages, end) = read(&bytes(post(&server, "Collect").body(pages.clone())).await.2);
    assert_eq!((messages, end), (vec![json!({ "text": "ab", "count": "3" })], json!({})));

    // The reply to the first message comes before the second is sent.
    let client = http2();
    let (sender, receiver) = tokio::sync::mpsc::channel::<Vec<u8>>(1);
    let body = futures_util::stream::unfold(receiver, |mut own| async move {
        Some((Ok::<_, std::io::Error>(own.recv().await?), own))
    });
    let request = client.post(server.url("/lab.v1.Lab/Talk"));
    let request = request.header("content-type", "application/connect+json");
    let mut response = soon(request.body(reqwest::Body::wrap_stream(body)).send()).await.unwrap();
    for text in ["a", "b"] {
        sender.send(framed(0, json!({ "text": text }).to_string().as_bytes())).await.unwrap();
        let chunk = soon(response.chunk()).await.unwrap().unwrap();
        assert_eq!(unframed(&chunk), [(0, json!({ "text": text }).to_string().as_bytes())]);
    }
    drop(sender);
    let chunk = soon(response.chunk()).await.unwrap().unwrap();
    assert_eq!(unframed(&chunk), [(2, &b"{}"[..])]);
    drop((response, client));
    server.end().await;
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_the_stream() {
    let server = Running::start().await;
    let request = post(&server, "Tail").body(framed(0, br#"{"text":"wait","count":2}"#));
    let mut response = soon(request.send()).await.unwrap();
    let chunk = soon(response.chunk()).await.unwrap().unwrap();
    assert_eq!(unframed(&chunk).len(), 1);
    drop(response);
    Probe::wait(&server.probe.dropped).await;
    server.end().await;
}
