//! An agent without a build script: the macro reads the contract, generates the
//! code and checks this implementation against it.

use agentgen::{Broker, Context, Outbound, Result, agent_service};

struct Orchestrator;

#[agent_service(proto = "proto/task_orchestrator.proto")]
impl TaskOrchestrator for Orchestrator {
    async fn execute_task(&self, _cx: &Context, task: TaskRequest) -> Result<TaskResponse> {
        let result = task.payload.to_uppercase();
        Ok(TaskResponse { task_id: task.task_id, result, success: true })
    }

    async fn stream_progress(
        &self,
        _cx: &Context,
        task: TaskRequest,
    ) -> Result<Outbound<ProgressUpdate>> {
        let update = move |percent: u8| ProgressUpdate {
            task_id: task.task_id.clone(),
            completion_pct: f32::from(percent),
            status: if percent == 100 { "done" } else { "working" }.to_owned(),
        };
        Ok(Outbound::from_messages((0..=100).step_by(25).map(update)))
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    TaskOrchestratorServer::new(Orchestrator)
        .grpc()
        .reflection()
        .rest()
        .queue(Broker::open("sqlite:target/tasks.db").await?)
        .listen("127.0.0.1:8081")
        .await
}
