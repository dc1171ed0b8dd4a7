//! The agent behind generated code, and the answers that all servers give.

use agentgen::{Context, Outbound, Status};
use agentgen_tests::golden::agent_services::agent::{
    ConversationService, ConversationServiceServer, MessageRequest, MessageResponse, TokenChunk,
};
use futures_util::stream::{self, Stream, StreamExt as _};
use tokio::net::TcpListener;

/// How many tokens a stream has.
pub(crate) const TOKENS: i32 = 64;

/// How many a long one has, of whose cost the request is a small part.
const LONG: i32 = 1_024;

pub(crate) const MODEL: &str = "quill-2";
pub(crate) const USED: i32 = 312;
pub(crate) const LATENCY: f64 = 12.5;
pub(crate) const TOKEN: &str = "token";

/// How many tokens a stream has and when they are ready; the question asks for
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    AtOnce,
    /// Many tokens, all at once.
    Long,
    OneByOne,
    /// One token, then silence.
    FirstAlone,
}

impl Pace {
    /// The question that asks for it.
    pub(crate) fn question(self) -> String {
        match self {
            Self::AtOnce => "What does the contract of the agent say about retries? ".repeat(4),
            Self::Long => "long".into(),
            Self::OneByOne => "one by one".into(),
            Self::FirstAlone => "first alone".into(),
        }
    }

    pub(crate) fn of(question: &str) -> Self {
        match question {
            "long" => Self::Long,
            "one by one" => Self::OneByOne,
            "first alone" => Self::FirstAlone,
            _ => Self::AtOnce,
        }
    }

    /// How many tokens there are.
    pub(crate) fn tokens(self) -> i32 {
        if self == Self::Long { LONG } else { TOKENS }
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

pub(crate) fn tokens(pace: Pace) -> impl Iterator<Item = TokenChunk> + Send {
    let last = pace.tokens();
    (1..=last).map(move |sequence_number| TokenChunk {
        token: TOKEN.into(),
        is_final: sequence_number == last,
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
        let pace = Pace::of(&request.user_message);
        Ok(match pace {
            Pace::AtOnce | Pace::Long => Outbound::from_messages(tokens(pace)),
            Pace::OneByOne | Pace::FirstAlone => Outbound::new(paced(tokens(pace), pace)),
        })
    }
}
