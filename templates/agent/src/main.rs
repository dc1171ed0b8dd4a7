//! The __name__ agent: one trait, served over gRPC, REST, SSE and a durable queue.

use agentgen::{Broker, Context, Outbound, Result, agent_service};

struct Agent;

#[agent_service(proto = "proto/agent.proto")]
impl __Name__Agent for Agent {
    async fn ask(&self, _cx: &Context, request: AskRequest) -> Result<AskResponse> {
        Ok(AskResponse { answer: format!("You asked: {}", request.question) })
    }

    async fn ask_stream(&self, _cx: &Context, request: AskRequest) -> Result<Outbound<AskChunk>> {
        let words: Vec<_> = request.question.split_whitespace().map(str::to_owned).collect();
        Ok(Outbound::from_messages(words.into_iter().map(|text| AskChunk { text })))
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    __Name__AgentServer::new(Agent)
        .grpc()
        .reflection()
        .health()
        .rest()
        .queue(Broker::open("sqlite:work.db").await?)
        .listen("127.0.0.1:8080")
        .await
}
