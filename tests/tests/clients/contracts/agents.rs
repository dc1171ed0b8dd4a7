//! Agents of the four shared contracts, each as small as its contract lets it.

use agentgen::{Context, Inbound, Outbound, Status};
use agentgen_tests::golden::agent_service::agent::{self as converse, AgentService};
use agentgen_tests::golden::agent_services::agent::{
    self as tools, ConversationService, RagService, ToolExecutionService,
};
use agentgen_tests::golden::summarizer::summarizer::v1::{
    SummarizeChunk, SummarizeRequest, SummarizeResponse, SummarizerAgent,
};
use agentgen_tests::golden::task_orchestrator::agent::v1::{
    ProgressUpdate, TaskOrchestrator, TaskRequest, TaskResponse,
};
use futures_util::StreamExt as _;

/// Words with their place, from 0, and whether they are the last.
fn words(text: &str) -> Vec<(String, i32, bool)> {
    let words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
    let last = words.len();
    words.into_iter().zip(0..).zip(1..).map(|((word, at), n)| (word, at, n == last)).collect()
}

pub(super) struct Summarizer;

impl SummarizerAgent for Summarizer {
    type Error = Status;

    async fn summarize(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> Result<SummarizeResponse, Status> {
        let words: Vec<_> = request.document_text.split_whitespace().take(2).collect();
        if words.is_empty() {
            return Err(Status::invalid_argument("the document is empty"));
        }
        Ok(SummarizeResponse { summary: words.join(" "), confidence_score: 0.5 })
    }

    async fn summarize_stream(
        &self,
        cx: &Context,
        request: SummarizeRequest,
    ) -> Result<Outbound<SummarizeChunk>, Status> {
        let summary = self.summarize(cx, request).await?.summary;
        let chunk = |(text, index, is_final)| SummarizeChunk { text, is_final, index };
        Ok(Outbound::from_messages(words(&summary).into_iter().map(chunk)))
    }
}

pub(super) struct Orchestrator;

impl TaskOrchestrator for Orchestrator {
    type Error = Status;

    async fn execute_task(
        &self,
        _: &Context,
        request: TaskRequest,
    ) -> Result<TaskResponse, Status> {
        Ok(TaskResponse { task_id: request.task_id, result: request.payload, success: true })
    }

    async fn stream_progress(
        &self,
        _: &Context,
        request: TaskRequest,
    ) -> Result<Outbound<ProgressUpdate>, Status> {
        let update = move |completion_pct| ProgressUpdate {
            task_id: request.task_id.clone(),
            completion_pct,
            status: "working".into(),
        };
        Ok(Outbound::from_messages([50.0, 100.0].map(update)))
    }
}

pub(super) struct Converser;

impl AgentService for Converser {
    type Error = Status;

    async fn process_task(
        &self,
        _: &Context,
        request: converse::TaskRequest,
    ) -> Result<converse::TaskResponse, Status> {
        let content = request.metadata.iter().map(|(key, value)| format!("{key}={value}"));
        Ok(converse::TaskResponse {
            task_id: request.task_id,
            content: content.collect(),
            status: converse::Status::RequiresToolCall.into(),
            ..Default::default()
        })
    }

    async fn stream_response(
        &self,
        _: &Context,
        request: converse::TaskRequest,
    ) -> Result<Outbound<converse::TokenChunk>, Status> {
        let task_id = request.task_id;
        let chunk = move |(text, index, is_final)| converse::TokenChunk {
            task_id: task_id.clone(),
            text,
            is_final,
            index,
        };
        Ok(Outbound::from_messages(words(&request.content).into_iter().map(chunk)))
    }

    async fn converse(
        &self,
        _: &Context,
        requests: Inbound<converse::ConverseRequest>,
    ) -> Result<Outbound<converse::ConverseResponse>, Status> {
        let answer = |request: converse::ConverseRequest| converse::ConverseResponse {
            session_id: request.session_id,
            text: request.text.to_uppercase(),
            is_final: false,
        };
        Ok(Outbound::try_new(requests.map(move |request| request.map(answer))))
    }
}

pub(super) struct Toolbox;

impl ConversationService for Toolbox {
    type Error = Status;

    async fn handle_message(
        &self,
        _: &Context,
        request: tools::MessageRequest,
    ) -> Result<tools::MessageResponse, Status> {
        Ok(tools::MessageResponse { response_text: request.user_message, ..Default::default() })
    }

    async fn stream_response(
        &self,
        _: &Context,
        request: tools::MessageRequest,
    ) -> Result<Outbound<tools::TokenChunk>, Status> {
        let chunk = |(token, sequence_number, is_final)| tools::TokenChunk {
            token,
            is_final,
            sequence_number,
        };
        Ok(Outbound::from_messages(words(&request.user_message).into_iter().map(chunk)))
    }
}

impl ToolExecutionService for Toolbox {
    type Error = Status;

    async fn execute_tool(
        &self,
        _: &Context,
        request: tools::ToolRequest,
    ) -> Result<tools::ToolResponse, Status> {
        let success = !request.parameters.is_empty();
        Ok(tools::ToolResponse { success, ..Default::default() })
    }

    async fn list_tools(&self, _: &Context, _: tools::Empty) -> Result<tools::ToolList, Status> {
        let echo = tools::ToolInfo { name: "echo".into(), ..Default::default() };
        Ok(tools::ToolList { tools: vec![echo] })
    }
}

impl RagService for Toolbox {
    type Error = Status;

    async fn retrieve(
        &self,
        _: &Context,
        request: tools::RetrievalRequest,
    ) -> Result<tools::RetrievalResponse, Status> {
        let count = usize::try_from(request.top_k).unwrap_or(0);
        Ok(tools::RetrievalResponse { documents: vec![tools::Document::default(); count] })
    }
}
