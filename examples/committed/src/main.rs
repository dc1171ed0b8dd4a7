//! An agent whose generated code is committed.

use agentgen::{Broker, Context, Inbound, Outbound, Result, agent_service};
use committed::generated::agent::{
    AgentService, AgentServiceServer, ConverseRequest, ConverseResponse, TaskRequest, TaskResponse,
    TokenChunk,
};

struct Echo;

#[agent_service]
impl AgentService for Echo {
    async fn process_task(&self, _cx: &Context, task: TaskRequest) -> Result<TaskResponse> {
        Ok(TaskResponse { task_id: task.task_id, content: task.content, ..Default::default() })
    }

    async fn stream_response(
        &self,
        _cx: &Context,
        task: TaskRequest,
    ) -> Result<Outbound<TokenChunk>> {
        let words: Vec<_> = task.content.split_whitespace().map(str::to_owned).collect();
        let chunk =
            move |text| TokenChunk { task_id: task.task_id.clone(), text, ..Default::default() };
        Ok(Outbound::from_messages(words.into_iter().map(chunk)))
    }

    async fn converse(
        &self,
        _cx: &Context,
        mut turns: Inbound<ConverseRequest>,
    ) -> Result<Outbound<ConverseResponse>> {
        let (sender, replies) = Outbound::channel(1);
        tokio::spawn(async move {
            while let Ok(Some(turn)) = turns.message().await {
                let text = format!("You said: {}", turn.text);
                let reply = ConverseResponse { session_id: turn.session_id, text, is_final: true };
                if !sender.send(reply).await {
                    break;
                }
            }
        });
        Ok(replies)
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    AgentServiceServer::new(Echo)
        .grpc()
        .reflection()
        .rest()
        .queue(Broker::open("sqlite:target/echo.db").await?)
        .listen("127.0.0.1:8082")
        .await
}
