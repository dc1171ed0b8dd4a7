//! How JSON is read is a setting of whoever reads it: the server, the client, and
//! the consumer of a queue.

use agentgen::broker::Broker;
use agentgen::client::Channel;
use agentgen::codec::json::Options;
use agentgen::queue::{self, Format};
use agentgen::service::{Call, Reply};
use agentgen::{Code, Context, Status};

use crate::contract::{INFO, Inner, Request};
use crate::running::Running;

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
