//! The agent behind generated code, and the answers that all servers give.

use agentgen::{Context, Outbound, Status};
use agentgen_tests::golden::agent_services::agent::{
    ConversationService, ConversationServiceServer, MessageRequest, MessageResponse, TokenChunk,
};
use tokio::net::TcpListener;

/// How many tokens a stream has, all of them ready at once.
pub(crate) const TOKENS: i32 = 64;

pub(crate) const MODEL: &str = "quill-2";
pub(crate) const USED: i32 = 312;
pub(crate) const LATENCY: f64 = 12.5;
pub(crate) const TOKEN: &str = "token";

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
        _: MessageRequest,
    ) -> Result<Outbound<TokenChunk>, Status> {
        Ok(Outbound::from_messages(tokens()))
    }
}
