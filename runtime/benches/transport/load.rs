//! The load: few connections, several requests in flight on each.

use tonic::transport::Channel;
use tonic_prost::ProstCodec;

use crate::contract::{Answer, Inner, Request};

const CONNECTIONS: usize = 4;
const IN_FLIGHT: usize = 8;

/// What a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Grpc,
    Rest,
}

/// A request of the size of a small chat message.
fn request() -> Request {
    Request {
        text: "What does the contract of the agent say about retries? ".repeat(4),
        count: 123_456,
        tags: vec!["support".into(), "contract".into(), "retries".into()],
        inner: Some(Inner { id: "conversation-42".into(), size: 7 }),
    }
}

/// Sends `requests` requests and waits for their answers.
pub(crate) fn run(protocol: Protocol, port: u16, requests: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let share = requests / (CONNECTIONS * IN_FLIGHT);
    runtime.expect("a runtime").block_on(async {
        let mut senders = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS {
            match protocol {
                Protocol::Grpc => {
                    let uri = format!("http://127.0.0.1:{port}");
                    let channel = Channel::from_shared(uri).expect("a URI").connect().await;
                    let channel = channel.expect("a connection");
                    for _ in 0..IN_FLIGHT {
                        senders.spawn(grpc(channel.clone(), share));
                    }
                }
                Protocol::Rest => {
                    for _ in 0..IN_FLIGHT {
                        senders.spawn(rest(port, share));
                    }
                }
            }
        }
        while let Some(ended) = senders.join_next().await {
            ended.expect("the load");
        }
    });
}

async fn grpc(channel: Channel, requests: usize) {
    let mut client = tonic::client::Grpc::new(channel);
    let path = http::uri::PathAndQuery::from_static("/lab.v1.Lab/Echo");
    for _ in 0..requests {
        client.ready().await.expect("a connection");
        let codec = ProstCodec::<Request, Answer>::default();
        let request = tonic::Request::new(request());
        let answer = client.unary(request, path.clone(), codec).await.expect("an answer");
        assert_eq!(answer.get_ref().count, 1);
    }
}

async fn rest(port: u16, requests: usize) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let url = format!("http://127.0.0.1:{port}/lab.v1.Lab/Echo");
    let body = serde_json::to_string(&request()).expect("JSON");
    for _ in 0..requests {
        let request = client.post(&url).header("content-type", "application/json");
        let answer = request.body(body.clone()).send().await.expect("an answer");
        let text = answer.text().await.expect("a body");
        assert!(text.contains("conversation-42"), "{text}");
    }
}
