//! How JSON is read is a setting of whoever reads it: the server, the client, and
//! the consumer of a queue.

use std::sync::atomic::Ordering;

use agentgen::broker::Broker;
use agentgen::client::Channel;
use agentgen::codec::json::Options;
use agentgen::queue::{self, Format};
use agentgen::service::{Call, Reply};
use agentgen::{Code, Context, Status};

use crate::contract::{INFO, Inner, Request};
use crate::running::{Running, answered, raw};

const ECHO: usize = 0;
const TOO_DEEP: &str = "nested too deeply";
const SHALLOW: Options = Options { max_depth: 1, ..Options::DEFAULT };

fn nested() -> Call {
    Call::Unary(Box::new(Request { inner: Some(Inner::default()), ..Request::default() }))
}

fn refused(reply: Result<Reply, Status>) -> Status {
    match reply {
        Ok(_) => panic!("it was understood"),
        Err(status) => status,
    }
}

#[tokio::test]
async fn a_server_reads_requests_by_its_options() {
    let strict = Options { ignore_unknown_fields: false, max_depth: 2, ..Options::DEFAULT };
    let strict = Options { ignored_members: &["$schema"], ..strict };
    let server = Running::start_with(|server| server.rest().json_options(strict)).await;
    for (body, status, reason) in [
        (r#"{"inner":{},"$schema":"x"}"#, 200, ""),
        (r#"{"inner":{},"new":1}"#, 400, "new: unknown field"),
        (r#"{"inner":{"$schema":"x"}}"#, 400, "inner[\"$schema\"]: unknown field"),
        (r#"{"inner":[]}"#, 400, "inner: invalid type: sequence"),
        (r#"{"text":"a","text":"b"}"#, 400, "text: the field is given twice"),
        ("{} {}", 400, "trailing characters"),
    ] {
        let answer = server.send("POST", "/lab.v1.Lab/Echo", body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
        let message = answer.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.starts_with(reason), "{body}: {message}");
    }
    server.end().await;
    let server = Running::start_with(|server| server.rest().json_options(SHALLOW)).await;
    let answer = server.send("POST", "/lab.v1.Lab/Echo", r#"{"inner":{}}"#).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains(TOO_DEEP), "{}", answer.body);
    server.end().await;
}

/// Over Connect a request names the version of the protocol.
#[tokio::test]
async fn json_in_another_charset_than_its_own_is_refused() {
    let server = Running::start().await;
    let ask = |path: &str, content_type: &str, connect: bool| {
        let request = server.request("POST", path).header("content-type", content_type);
        let version = connect.then_some("1");
        let request = version
            .into_iter()
            .fold(request, |own, version| own.header("connect-protocol-version", version));
        answered(request.body("{}"))
    };
    for (path, media, connect) in [
        ("/lab.v1.Lab/Echo", "application/json", false),
        ("/lab.v1.Lab/Collect", "application/x-ndjson", false),
        ("/lab.v1.Lab/Echo", "application/json", true),
        ("/lab.v1.Lab/Tail", "application/connect+json", true),
    ] {
        let before = server.probe.calls.load(Ordering::Relaxed);
        for other in ["utf-16", "\"UTF-32\"", "iso-8859-1"] {
            let refused = ask(path, &format!("{media}; charset={other}"), connect).await;
            assert_eq!(refused.status, 415, "{path} {media} {other}: {}", refused.body);
            assert!(refused.body.contains("JSON in UTF-8"), "{}", refused.body);
        }
        assert_eq!(server.probe.calls.load(Ordering::Relaxed), before);
        for read in ["UTF-8", "\"utf-8\"", "us-ascii"] {
            let answer = ask(path, &format!("{media}; v=1; Charset={read}"), connect).await;
            assert_eq!(answer.status, 200, "{path} {media} {read}: {}", answer.body);
        }
    }
    // Bytes have whatever charset they say.
    let blob = ask("/v1/blob", "text/plain; charset=utf-16", false).await;
    assert_eq!(blob.status, 200);
    server.end().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_before_its_body_comes() {
    let server = Running::start().await;
    for header in ["content-type: text/plain", "content-encoding: br"] {
        let head = format!(
            "POST /lab.v1.Lab/Echo HTTP/1.1\r\nhost: localhost\r\n{header}\r\ncontent-length: 100\r\n\r\n"
        );
        let answer = raw(&server, &head).await;
        assert!(answer.starts_with("HTTP/1.1 415 "), "{answer}");
    }
    server.end().await;
}

#[tokio::test]
async fn a_client_reads_replies_by_its_options() {
    let server = Running::start().await;
    let context = Context::new();
    let usual = Channel::rest(&server.url("")).expect("a channel");
    assert!(usual.call(&INFO, ECHO, &context, nested()).await.is_ok());
    let shallow = Channel::rest_with(&server.url(""), SHALLOW).expect("a channel");
    let status = refused(shallow.call(&INFO, ECHO, &context, nested()).await);
    assert_eq!(status.code(), Code::Internal);
    assert!(status.message().contains(TOO_DEEP), "{status}");
    server.end().await;
}

#[tokio::test]
async fn a_consumer_reads_messages_by_its_options() {
    let broker = Broker::open("memory:").await.expect("a broker");
    let options = queue::Options::default().json(SHALLOW);
    let server = Running::start_with(|server| server.queue_with(broker.clone(), options)).await;
    let client = |format| queue::Client::new(broker.clone()).with_format(format);
    let context = Context::new();
    let status = refused(client(Format::Json).call(&INFO, ECHO, &context, nested()).await);
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().contains(TOO_DEEP), "{status}");
    assert!(client(Format::Protobuf).call(&INFO, ECHO, &context, nested()).await.is_ok());
    server.end().await;
}
