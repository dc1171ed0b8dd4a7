//! The agent behind generated code, and the answers that all servers give.

use agentgen::{Context, Outbound, Status};
use agentgen_tests::golden::agent_services::agent::{
    ConversationService, ConversationServiceServer, MessageRequest, MessageResponse, TokenChunk,
};
use futures_util::stream::{self, Stream, StreamExt as _};
use tokio::net::TcpListener;

/// How many tokens a stream has, all of them ready at once.
pub(crate) const TOKENS: i32 = 64;

pub(crate) const MODEL: &str = "quill-2";
pub(crate) const USED: i32 = 312;
pub(crate) const LATENCY: f64 = 12.5;
pub(crate) const TOKEN: &str = "token";

/// When the tokens of a stream are ready; the question asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    AtOnce,
    OneByOne,
    /// One token, then silence.
    FirstAlone,
}

impl Pace {
    /// The question that asks for it.
    pub(crate) fn question(self) -> String {
        match self {
            Self::AtOnce => "What does the contract of the agent say about retries? ".repeat(4),
            Self::OneByOne => "one by one".into(),
            Self::FirstAlone => "first alone".into(),
        }
    }

    pub(crate) fn of(question: &str) -> Self {
        match question {
            "one by one" => Self::OneByOne,
            "first alone" => Self::FirstAlone,
            _ => Self::AtOnce,
        }
    }
}

/// Items that are not all ready at once.
pub(crate) fn paced<T: Send + 'static>(
    items: impl Iterator<Item = T> + Send + 'static,
    pace: Pace,
) -> impl Stream<Item = T> + Send + 'static {
    stream::iter(items.enumerate()).then(move |(index, item)| async move {
        match pace {
            Pace::FirstAlone if index > 0 => std::future::pending().await,
            Pace::OneByOne => tokio::task::yield_now().await,
            _ => {}
        }
        item
    })
}

/// Serves the agent over gRPC and REST.
pub(crate) async fn serve(listener: TcpListener) {
    let server = ConversationServiceServer::new(Agent).grpc().rest();
    server.serve(listener).await.expect("a server");
}

pub(crate) fn answer(request: MessageRequest) -> MessageResponse {
    MessageResponse {
        response_text: request.user_message,
        tokens_used: USED,
        model: MODEL.into(),
        latency_ms: LATENCY,
    }
}

pub(crate) fn tokens() -> impl Iterator<Item = TokenChunk> + Send {
    (1..=TOKENS).map(|sequence_number| TokenChunk {
        token: TOKEN.into(),
        is_final: sequence_number == TOKENS,
        sequence_number,
    })
}

struct Agent;

impl ConversationService for Agent {
    type Error = Status;

    async fn handle_message(
        &self,
        _: &Context,
        request: MessageRequest,
    ) -> Result<MessageResponse, Status> {
        Ok(answer(request))
    }

    async fn stream_response(
        &self,
        _: &Context,
        request: MessageRequest,
    ) -> Result<Outbound<TokenChunk>, Status> {
        Ok(match Pace::of(&request.user_message) {
            Pace::AtOnce => Outbound::from_messages(tokens()),
            pace => Outbound::new(paced(tokens(), pace)),
        })
    }
}
