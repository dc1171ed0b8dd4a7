//! The load: few connections, several requests in flight on each. It checks
//! the answers, so that no server is fast by saying something else.

use agentgen_tests::golden::agent_services::agent::MessageRequest;
use futures_util::StreamExt as _;
use tonic::transport::Channel;

use super::agent::{TOKENS, USED};
use super::by_hand::generated::conversation_service_client::ConversationServiceClient;

const CONNECTIONS: u32 = 4;
const IN_FLIGHT: u32 = 8;

/// What is asked of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    GrpcUnary,
    GrpcStream,
    RestUnary,
    RestStream,
}

impl Load {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GrpcUnary => "gRPC",
            Self::GrpcStream => "gRPC stream",
            Self::RestUnary => "REST",
            Self::RestStream => "SSE",
        }
    }

    /// Sends about so many requests and waits for their answers; returns how many.
    pub(crate) fn run(self, port: u16, requests: u32) -> u32 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let share = requests / (CONNECTIONS * IN_FLIGHT);
        runtime.expect("a runtime").block_on(async {
            let mut senders = tokio::task::JoinSet::new();
            for _ in 0..CONNECTIONS {
                match self {
                    Self::GrpcUnary | Self::GrpcStream => {
                        let uri = format!("http://127.0.0.1:{port}");
                        let channel = Channel::from_shared(uri).expect("a URI").connect().await;
                        let channel = channel.expect("a connection");
                        for _ in 0..IN_FLIGHT {
                            senders.spawn(grpc(channel.clone(), share, self));
                        }
                    }
                    Self::RestUnary | Self::RestStream => {
                        for _ in 0..IN_FLIGHT {
                            senders.spawn(rest(port, share, self));
                        }
                    }
                }
            }
            while let Some(ended) = senders.join_next().await {
                ended.expect("the load");
            }
        });
        share * CONNECTIONS * IN_FLIGHT
    }
}

/// A request of the size of a small chat message.
fn request() -> MessageRequest {
    MessageRequest {
        session_id: "conversation-42".into(),
        user_message: "What does the contract of the agent say about retries? ".repeat(4),
        context_ids: vec!["support".into(), "contract".into(), "retries".into()],
    }
}

async fn grpc(channel: Channel, requests: u32, load: Load) {
    let mut client = ConversationServiceClient::new(channel);
    for _ in 0..requests {
        if load == Load::GrpcUnary {
            let answer = client.handle_message(request()).await.expect("an answer");
            assert_eq!(answer.get_ref().tokens_used, USED);
            continue;
        }
        let tokens = client.stream_response(request()).await.expect("an answer").into_inner();
        let last = tokens.fold(0, |_, token| async { token.expect("a token").sequence_number });
        assert_eq!(last.await, TOKENS);
    }
}

async fn rest(port: u16, requests: u32, load: Load) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let unary = load == Load::RestUnary;
    let method = if unary { "HandleMessage" } else { "StreamResponse" };
    let url = format!("http://127.0.0.1:{port}/agent.ConversationService/{method}");
    let body = bytes::Bytes::from(body());
    for _ in 0..requests {
        let request = client.post(&url).header("content-type", "application/json");
        let answer = request.body(body.clone()).send().await.expect("an answer");
        let text = answer.text().await.expect("a body");
        let expected = if unary { "\"tokensUsed\":312" } else { "\"isFinal\":true" };
        assert!(text.contains(expected), "{text}");
    }
}

/// [`request`] in JSON.
fn body() -> String {
    let MessageRequest { session_id, user_message, context_ids } = request();
    serde_json::json!({
        "sessionId": session_id,
        "userMessage": user_message,
        "contextIds": context_ids,
    })
    .to_string()
}
