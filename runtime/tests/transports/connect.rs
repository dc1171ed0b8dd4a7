//! Rpcs that answer once, over the Connect protocol, byte by byte as its
//! specification has them: <https://connectrpc.com/docs/protocol>.

use std::io::Write as _;

use agentgen::{Code, Server};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use prost::Message as _;
use serde_json::{Value, json};

use crate::agent::Probe;
use crate::contract::{Answer, Request};
use crate::grpc::text;
use crate::running::{Answered, Running, answered, bytes};

const ECHO: &str = "/lab.v1.Lab/Echo";

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub(crate) fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut GzDecoder::new(bytes), &mut out).unwrap();
    out
}

/// A request as a client of Connect sends it.
fn post(server: &Running, path: &str, format: &str) -> reqwest::RequestBuilder {
    let request = server.request("POST", path).header("connect-protocol-version", "1");
    request.header("content-type", format!("application/{format}"))
}

async fn call(server: &Running, body: Value) -> Answered {
    answered(post(server, ECHO, "json").body(body.to_string())).await
}

#[tokio::test]
async fn a_message_comes_and_goes_as_protobuf_and_as_json() {
    let server = Running::start().await;
    let request = text("a", 7);
    let sent = post(&server, ECHO, "proto").body(request.encode_to_vec());
    let (status, headers, body) = bytes(sent).await;
    assert_eq!(
        (status.as_u16(), &headers["content-type"]),
        (200, &"application/proto".parse().unwrap())
    );
    assert_eq!(Answer::decode(body).unwrap().request, Some(request));
    assert_eq!(headers["x-lab"], "connect");
    assert_eq!(headers["trailer-x-cost"], "7");
    assert!(headers.contains_key("x-correlation-id"));

    let answer = call(&server, json!({ "text": "a", "count": "7" })).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.json()["request"], json!({ "text": "a", "count": "7" }));
    server.end().await;
}

#[tokio::test]
async fn an_error_has_the_status_of_its_code_and_its_details() {
    let server = Running::start().await;
    let answer = call(&server, json!({ "text": "fail" })).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (429, "application/json"));
    let error = answer.json();
    assert_eq!(
        (&error["code"], &error["message"]),
        (&json!("resource_exhausted"), &json!("busy: é"))
    );
    let details: Vec<_> =
        error["details"].as_array().unwrap().iter().map(|own| &own["type"]).collect();
    assert_eq!(details, ["google.rpc.ErrorInfo", "google.rpc.RetryInfo"]);
    let value = STANDARD_NO_PAD.decode(error["details"][1]["value"].as_str().unwrap()).unwrap();
    // 1.5 s as a duration, within the detail.
    assert_eq!(value, b"\x0a\x08\x08\x01\x10\x80\xca\xb5\xee\x01");
    server.end().await;
}

/// Both are `POST` of JSON on one path. Their errors differ.
#[tokio::test]
async fn json_is_connects_under_its_header_and_rests_without() {
    let server = Running::start().await;
    let body = json!({ "text": "fail" }).to_string();
    let rest = server.send("POST", ECHO, &body).await;
    assert_eq!(rest.json()["error"]["status"], "RESOURCE_EXHAUSTED");
    let connect = answered(post(&server, ECHO, "json").body(body.clone())).await;
    assert_eq!(connect.json()["code"], "resource_exhausted");
    server.end().await;
    let alone = Running::start_with(Server::connect).await;
    assert_eq!(alone.send("POST", ECHO, &body).await.json()["code"], "resource_exhausted");
    alone.end().await;
    // REST has the rpc on a path of its own only.
    let server = Running::start().await;
    let answer = server.send("POST", "/lab.v1.Lab/Blob", r#"{"data": 1}"#).await;
    assert_eq!(answer.json()["code"], "invalid_argument", "{}", answer.body);
    let refused = answered(server.request("PUT", "/lab.v1.Lab/Blob")).await;
    assert_eq!((refused.status.as_u16(), refused.header("allow")), (405, "OPTIONS, POST"));
    let text = server.request("POST", "/lab.v1.Lab/Blob").header("content-type", "text/plain");
    let refused = answered(text.body("a")).await;
    assert_eq!(refused.status, 415);
    assert!(refused.header("accept-post").contains("json"));
    server.end().await;
}

#[tokio::test]
async fn an_rpc_without_side_effects_is_called_by_get() {
    let server = Running::start().await;
    let packed = URL_SAFE_NO_PAD.encode(gzip(br#"{"text":"a b"}"#));
    let proto = URL_SAFE_NO_PAD.encode(text("a b", 0).encode_to_vec());
    for query in [
        "connect=v1&encoding=json&message=%7B%22text%22%3A%22a+b%22%7D".to_owned(),
        format!("encoding=json&base64=1&compression=gzip&message={packed}"),
        format!("message={proto}&base64=1&encoding=proto&connect=v1"),
    ] {
        let (status, headers, body) =
            bytes(server.request("GET", &format!("{ECHO}?{query}"))).await;
        assert_eq!(status, 200, "{query}");
        let read = match headers["content-type"].to_str().unwrap() {
            "application/proto" => Answer::decode(body).unwrap().request.unwrap().text,
            _ => serde_json::from_slice::<Value>(&body).unwrap()["request"]["text"]
                .as_str()
                .unwrap()
                .to_owned(),
        };
        assert_eq!(read, "a b", "{query}");
    }
    let refused = server.get("/lab.v1.Lab/Guarded?connect=v1&encoding=json&message=%7B%7D").await;
    assert_eq!((refused.status.as_u16(), refused.header("allow")), (405, "OPTIONS, POST"));
    server.end().await;
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    for server in [Running::start().await, Running::start_with(Server::connect).await] {
        let path = format!("{ECHO}?encoding=json&message=%7B%22text%22%3A%22who%22%7D");
        let get = server.get(&path).await;
        let head = answered(server.request("HEAD", &path)).await;
        assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
        for name in ["content-length", "content-type"] {
            assert_eq!(head.header(name), get.header(name), "{name}");
        }
        assert_eq!(head.header("content-length"), get.body.len().to_string());
        let other = answered(server.request("HEAD", &path.replace("Echo", "Guarded"))).await;
        assert_eq!((other.status.as_u16(), other.header("allow")), (405, "OPTIONS, POST"));
        server.end().await;
    }
}

#[tokio::test]
async fn media_types_ignore_case() {
    let server = Running::start_with(Server::connect).await;
    let answer = answered(post(&server, ECHO, "JSON; charset=utf-8").body("{}")).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    let request = server.request("POST", ECHO).header("content-type", "Application/Proto");
    let (status, headers, _) = bytes(request).await;
    assert_eq!(
        (status.as_u16(), &headers["content-type"]),
        (200, &"application/proto".parse().unwrap())
    );
    server.end().await;
}

/// The protocol asks for it: what is empty is not packed.
#[tokio::test]
async fn an_empty_body_is_not_unpacked() {
    let server = Running::start().await;
    let request = post(&server, ECHO, "proto").header("content-encoding", "gzip");
    assert_eq!(bytes(request).await.0, 200);
    server.end().await;
}

#[tokio::test]
async fn gzip_is_understood_always_and_sent_where_it_is_switched_on() {
    let long = json!({ "text": "x".repeat(2000) }).to_string();
    for on in [false, true] {
        let server =
            Running::start_with(|own| if on { own.connect().gzip() } else { own.connect() }).await;
        let ask = |body: &str| {
            let request = post(&server, ECHO, "json").header("content-encoding", "gzip");
            request.header("accept-encoding", "br, gzip").body(gzip(body.as_bytes()))
        };
        let (status, headers, body) = bytes(ask(&long)).await;
        assert_eq!((status.as_u16(), headers.contains_key("content-encoding")), (200, on));
        let body = if on { gunzip(&body) } else { body.to_vec() };
        let json: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(json["request"]["text"], "x".repeat(2000));
        // What gains nothing is sent as it is.
        let (_, headers, _) = bytes(ask(r#"{"text":"short"}"#)).await;
        assert!(!headers.contains_key("content-encoding"));
        server.end().await;
    }
}

#[tokio::test]
async fn what_the_protocol_does_not_know_is_refused_in_its_words() {
    let server = Running::start().await;
    let with = |path: &str, headers: &[(&'static str, &'static str)]| {
        let request = server.request("POST", path).body("{}");
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    };
    let get = |query: &str| server.request("GET", &format!("{ECHO}?{query}"));
    let (version, json) = (("connect-protocol-version", "1"), ("content-type", "application/json"));
    let of_type = |media| [version, ("content-type", media)];
    for (request, status, code) in [
        (with(ECHO, &of_type("text/xml")), 415, "unimplemented"),
        (with(ECHO, &of_type("application/connect+json")), 415, "unimplemented"),
        (with("/lab.v1.Lab/Tail", &of_type("application/proto")), 415, "unimplemented"),
        (with("/lab.v1.Lab/Talk", &of_type("application/connect+json")), 505, "unimplemented"),
        (with(ECHO, &[json, ("connect-protocol-version", "2")]), 400, "invalid_argument"),
        (with(ECHO, &[version, json, ("content-encoding", "br")]), 501, "unimplemented"),
        (with(ECHO, &of_type("application/proto")), 400, "invalid_argument"),
        (with(ECHO, &[version, json, ("connect-timeout-ms", "abc")]), 400, "invalid_argument"),
        (
            with(ECHO, &[version, json, ("connect-timeout-ms", "12345678901")]),
            400,
            "invalid_argument",
        ),
        (with(ECHO, &[version, json, ("content-encoding", "gzip")]), 400, "invalid_argument"),
        (get("encoding=xml&message=a"), 415, "unimplemented"),
        (get("encoding=json&message=%zz"), 400, "invalid_argument"),
        (get("encoding=json&message=%7B%7D&message=%7B%7D"), 400, "invalid_argument"),
        (with("/lab.v1.Lab/Guarded", &[version, json]), 401, "unauthenticated"),
        (server.request("PUT", ECHO).header(version.0, version.1), 405, "unimplemented"),
    ] {
        let answer = answered(request).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (status, &json!(code)),
            "{}",
            answer.body
        );
        match status {
            405 => assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS, POST"),
            415 => assert!(answer.header("accept-post").contains("json")),
            _ => {}
        }
    }
    server.end().await;
    let alone = Running::start_with(Server::connect).await;
    let unknown = alone.send("POST", "/lab.v1.Lab/Nothing", "{}").await;
    assert_eq!((unknown.status.as_u16(), &unknown.json()["code"]), (404, &json!("unimplemented")));
    alone.end().await;
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_before_and_after_unpacking() {
    let server =
        Running::start_with(|own| own.connect().limits(|limits| limits.message_bytes = 100)).await;
    let long = json!({ "text": "x".repeat(200) }).to_string();
    let packed = post(&server, ECHO, "json").header("content-encoding", "gzip");
    for request in
        [post(&server, ECHO, "json").body(long.clone()), packed.body(gzip(long.as_bytes()))]
    {
        let answer = answered(request).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (429, &json!("resource_exhausted"))
        );
    }
    server.end().await;
}

#[tokio::test]
async fn the_callers_deadline_cancels_the_handler() {
    let server = Running::start().await;
    let request = post(&server, ECHO, "json").header("connect-timeout-ms", "50");
    let answer = answered(request.body(r#"{"text":"hang"}"#)).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["code"]),
        (504, &json!("deadline_exceeded"))
    );
    Probe::wait(&server.probe.dropped).await;
    server.end().await;
}

#[tokio::test]
async fn every_code_has_the_status_and_the_name_that_the_protocol_gives_it() {
    let table = [
        (Code::Cancelled, 499),
        (Code::Unknown, 500),
        (Code::InvalidArgument, 400),
        (Code::DeadlineExceeded, 504),
        (Code::NotFound, 404),
        (Code::AlreadyExists, 409),
        (Code::PermissionDenied, 403),
        (Code::ResourceExhausted, 429),
        (Code::FailedPrecondition, 400),
        (Code::Aborted, 409),
        (Code::OutOfRange, 400),
        (Code::Unimplemented, 501),
        (Code::Internal, 500),
        (Code::Unavailable, 503),
        (Code::DataLoss, 500),
        (Code::Unauthenticated, 401),
    ];
    let server = Running::start().await;
    for (code, status) in table {
        let request: Request = text("code", code.number().into());
        let answer = answered(post(&server, ECHO, "proto").body(request.encode_to_vec())).await;
        let name =
            if code == Code::Cancelled { "canceled".into() } else { code.name().to_lowercase() };
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (status, &json!(name)));
    }
    server.end().await;
}
