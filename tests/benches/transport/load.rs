//! The load: connections with several requests in flight on each. It checks
//! the answers, so that no server is fast by saying something else.

use agentgen_tests::golden::agent_services::agent::MessageRequest;
use bytes::Bytes;
use futures_util::StreamExt as _;
use tonic::transport::Channel;

use super::agent::{Pace, TOKENS, USED};
use super::by_hand::generated::conversation_service_client::ConversationServiceClient;

/// What is asked of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) name: &'static str,
    pub(crate) call: Call,
    /// How many at a time; gRPC shares a connection between eight.
    pub(crate) in_flight: u32,
    /// How many in a round, about.
    pub(crate) requests: u32,
    pub(crate) pace: Pace,
}

/// One way to call the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    GrpcUnary,
    GrpcStream,
    RestUnary,
    RestStream,
}

impl Load {
    const fn new(name: &'static str, call: Call, requests: u32) -> Self {
        Self { name, call, in_flight: 32, requests, pace: Pace::AtOnce }
    }

    pub(crate) const GRPC: Self = Self::new("gRPC", Call::GrpcUnary, 4_000);
    pub(crate) const REST: Self = Self::new("REST", Call::RestUnary, 4_000);
    pub(crate) const GRPC_STREAM: Self = Self::new("gRPC stream", Call::GrpcStream, 1_000);
    pub(crate) const SSE: Self = Self::new("SSE", Call::RestStream, 1_000);
    pub(crate) const ONE_SSE: Self =
        Self { name: "SSE, 1 stream", in_flight: 1, requests: 100, pace: Pace::Long, ..Self::SSE };
    pub(crate) const MANY_SSE: Self = Self {
        name: "SSE, 1000 streams",
        in_flight: 1_000,
        requests: 1_000,
        pace: Pace::Long,
        ..Self::SSE
    };
    pub(crate) const PACED_SSE: Self =
        Self { name: "SSE, one by one", pace: Pace::OneByOne, ..Self::SSE };

    /// Sends the requests and waits for their answers; returns how many.
    pub(crate) fn run(self, port: u16) -> u32 {
        let share = self.requests / self.in_flight;
        runtime().block_on(async {
            let mut senders = tokio::task::JoinSet::new();
            for sender in 0..self.in_flight {
                match self.call {
                    Call::RestUnary | Call::RestStream => {
                        senders.spawn(rest(port, share, self));
                    }
                    Call::GrpcUnary | Call::GrpcStream if sender % 8 == 0 => {
                        let uri = format!("http://127.0.0.1:{port}");
                        let channel = Channel::from_shared(uri).expect("a URI").connect().await;
                        let channel = channel.expect("a connection");
                        for _ in 0..8 {
                            senders.spawn(grpc(channel.clone(), share, self.call));
                        }
                    }
                    Call::GrpcUnary | Call::GrpcStream => {}
                }
            }
            while let Some(ended) = senders.join_next().await {
                ended.expect("the load");
            }
        });
        share * self.in_flight
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Opens so many streams that say one token and then nothing, and reads
/// `figure` while they are open.
pub(crate) fn while_idle<T>(port: u16, streams: u32, figure: impl FnOnce() -> T) -> T {
    runtime().block_on(async {
        let client = client();
        let mut open = Vec::new();
        for _ in 0..streams {
            let request = post(&client, port, "StreamResponse", body(Pace::FirstAlone));
            let mut answer = request.send().await.expect("an answer");
            let first = answer.chunk().await.expect("a body").expect("a first token");
            assert!(first.windows(7).any(|window| window == b"\"token\""), "{first:?}");
            open.push(answer);
        }
        figure()
    })
}

/// A request of the size of a small chat message.
fn request(pace: Pace) -> MessageRequest {
    MessageRequest {
        session_id: "conversation-42".into(),
        user_message: pace.question(),
        context_ids: vec!["support".into(), "contract".into(), "retries".into()],
    }
}

async fn grpc(channel: Channel, requests: u32, call: Call) {
    let mut client = ConversationServiceClient::new(channel);
    for _ in 0..requests {
        let request = request(Pace::AtOnce);
        if call == Call::GrpcUnary {
            let answer = client.handle_message(request).await.expect("an answer");
            assert_eq!(answer.get_ref().tokens_used, USED);
            continue;
        }
        let tokens = client.stream_response(request).await.expect("an answer").into_inner();
        let last = tokens.fold(0, |_, token| async { token.expect("a token").sequence_number });
        assert_eq!(last.await, TOKENS);
    }
}

async fn rest(port: u16, requests: u32, load: Load) {
    let unary = load.call == Call::RestUnary;
    let method = if unary { "HandleMessage" } else { "StreamResponse" };
    let (client, body) = (client(), body(load.pace));
    for _ in 0..requests {
        let answer = post(&client, port, method, body.clone()).send().await.expect("an answer");
        let text = answer.text().await.expect("a body");
        let expected = if unary { "\"tokensUsed\":312" } else { "\"isFinal\":true" };
        assert!(text.contains(expected), "{text}");
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

fn post(client: &reqwest::Client, port: u16, method: &str, body: Bytes) -> reqwest::RequestBuilder {
    let url = format!("http://127.0.0.1:{port}/agent.ConversationService/{method}");
    client.post(url).header("content-type", "application/json").body(body)
}

/// [`request`] in JSON.
fn body(pace: Pace) -> Bytes {
    let MessageRequest { session_id, user_message, context_ids } = request(pace);
    let body = serde_json::json!({
        "sessionId": session_id,
        "userMessage": user_message,
        "contextIds": context_ids,
    });
    body.to_string().into()
}
