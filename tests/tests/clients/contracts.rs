//! The four shared contracts, answered over every transport that their shapes
//! allow, through the typed clients.

mod agents;

use agentgen::broker::Broker;
use agentgen::client::Channel;
use agentgen::{Code, Context, Inbound, Outbound, Server, Status};
use agentgen_tests::golden::agent_service::agent::{
    self as converse, AgentService, AgentServiceClient, AgentServiceServer,
};
use agentgen_tests::golden::agent_services::agent::{
    self as tools, ConversationService, ConversationServiceClient, ConversationServiceServer,
    RagService, RagServiceClient, RagServiceServer, ToolExecutionService,
    ToolExecutionServiceClient, ToolExecutionServiceServer,
};
use agentgen_tests::golden::summarizer::summarizer::v1 as summarizer;
use agentgen_tests::golden::summarizer::summarizer::v1::{
    SummarizerAgent, SummarizerAgentClient, SummarizerAgentServer,
};
use agentgen_tests::golden::task_orchestrator::agent::v1::{
    self as tasks, TaskOrchestrator, TaskOrchestratorClient, TaskOrchestratorServer,
};
use agentgen_tests::serving::Serving;

use self::agents::{Converser, Orchestrator, Summarizer, Toolbox};

/// The summarizer over gRPC and REST.
pub(crate) async fn serve_summarizer() -> Serving {
    Serving::start(SummarizerAgentServer::new(Summarizer).grpc().rest()).await
}

/// Services of three contracts behind one reflection; of one of these not all.
pub(crate) async fn serve_several() -> Serving {
    let server = ConversationServiceServer::new(Toolbox)
        .add_service(ToolExecutionServiceServer::new(Toolbox))
        .add_service(TaskOrchestratorServer::new(Orchestrator))
        .add_service(SummarizerAgentServer::new(Summarizer));
    Serving::start(server.grpc().reflection().health()).await
}

/// One server on every transport, and a channel over each.
async fn everywhere<S: 'static>(server: Server<S>) -> (Serving, Vec<(&'static str, Channel)>) {
    let broker = Broker::open("memory:").await.expect("memory is always there");
    let server = server.grpc().rest().queue(broker.clone());
    let serving = Serving::start(server).await;
    let grpc = Channel::grpc(&serving.url()).await.expect("the server answers");
    let rest = Channel::rest(&serving.url()).expect("the address is valid");
    (serving, vec![("grpc", grpc), ("rest", rest), ("queue", Channel::queue(broker))])
}

/// The messages of a stream.
async fn all<T: Send + 'static>(mut stream: Outbound<T>) -> Result<Vec<T>, Status> {
    let mut messages = Vec::new();
    while let Some(message) = stream.message().await? {
        messages.push(message);
    }
    Ok(messages)
}

#[tokio::test]
async fn the_summarizer_answers() -> Result<(), Status> {
    let (serving, channels) = everywhere(SummarizerAgentServer::new(Summarizer)).await;
    for (transport, channel) in channels {
        let client = SummarizerAgentClient::new(channel);
        let document_text = "one two three".to_owned();
        let request = summarizer::SummarizeRequest { document_text, max_tokens: 2 };
        let whole = client.summarize(&Context::new(), request.clone()).await?;
        assert_eq!(whole.summary, "one two", "{transport}");
        let chunks = all(client.summarize_stream(&Context::new(), request).await?).await?;
        let texts: Vec<_> = chunks.iter().map(|chunk| chunk.text.as_str()).collect();
        assert_eq!(texts, ["one", "two"], "{transport}");
        assert!(chunks.last().is_some_and(|chunk| chunk.is_final), "{transport}");
        let empty = summarizer::SummarizeRequest::default();
        let refused = client.summarize(&Context::new(), empty).await.expect_err("no text");
        assert_eq!(refused.code(), Code::InvalidArgument, "{transport}");
    }
    serving.stop().await;
    Ok(())
}

#[tokio::test]
async fn the_task_orchestrator_answers() -> Result<(), Status> {
    let (serving, channels) = everywhere(TaskOrchestratorServer::new(Orchestrator)).await;
    for (transport, channel) in channels {
        let client = TaskOrchestratorClient::new(channel);
        let request = tasks::TaskRequest { task_id: "t".into(), payload: "p".into(), priority: 2 };
        let done = client.execute_task(&Context::new(), request.clone()).await?;
        assert!(done.success && done.task_id == "t", "{transport}");
        let progress = all(client.stream_progress(&Context::new(), request).await?).await?;
        let steps: Vec<_> = progress.iter().map(|update| update.completion_pct).collect();
        assert_eq!(steps, [50.0, 100.0], "{transport}");
    }
    serving.stop().await;
    Ok(())
}

#[tokio::test]
async fn the_agent_service_answers_and_converses_where_streams_go_both_ways() -> Result<(), Status>
{
    let (serving, channels) = everywhere(AgentServiceServer::new(Converser)).await;
    for (transport, channel) in channels {
        let client = AgentServiceClient::new(channel);
        let request = converse::TaskRequest {
            task_id: "t".into(),
            content: "a b".into(),
            metadata: [("key".to_owned(), "value".to_owned())].into(),
            ..Default::default()
        };
        let reply = client.process_task(&Context::new(), request.clone()).await?;
        assert_eq!(reply.status(), converse::Status::RequiresToolCall, "{transport}");
        assert_eq!(reply.content, "key=value", "{transport}");
        let tokens = all(client.stream_response(&Context::new(), request).await?).await?;
        assert_eq!(tokens.len(), 2, "{transport}");
        let said = ["hello", "you"]
            .map(|text| converse::ConverseRequest { session_id: "s".into(), text: text.into() });
        let answers = client.converse(&Context::new(), Inbound::from_messages(said)).await;
        if transport == "queue" {
            assert_eq!(answers.err().map(|status| status.code()), Some(Code::Unimplemented));
            continue;
        }
        let texts: Vec<_> = all(answers?).await?.into_iter().map(|answer| answer.text).collect();
        assert_eq!(texts, ["HELLO", "YOU"], "{transport}");
    }
    serving.stop().await;
    Ok(())
}

#[tokio::test]
async fn three_services_of_one_contract_answer_from_one_server() -> Result<(), Status> {
    let server = ConversationServiceServer::new(Toolbox)
        .add_service(ToolExecutionServiceServer::new(Toolbox))
        .add_service(RagServiceServer::new(Toolbox));
    let (serving, channels) = everywhere(server).await;
    for (transport, channel) in channels {
        let client = ConversationServiceClient::new(channel.clone());
        let said = tools::MessageRequest { user_message: "Hi there".into(), ..Default::default() };
        let reply = client.handle_message(&Context::new(), said.clone()).await?;
        assert_eq!(reply.response_text, "Hi there", "{transport}");
        let tokens = all(client.stream_response(&Context::new(), said).await?).await?;
        assert_eq!(tokens.len(), 2, "{transport}");

        let client = ToolExecutionServiceClient::new(channel.clone());
        let listed = client.list_tools(&Context::new(), tools::Empty {}).await?;
        assert_eq!(listed.tools[0].name, "echo", "{transport}");
        let parameters = [("a".to_owned(), "b".to_owned())].into();
        let call = tools::ToolRequest { parameters, ..Default::default() };
        assert!(client.execute_tool(&Context::new(), call).await?.success, "{transport}");

        let client = RagServiceClient::new(channel);
        let query = tools::RetrievalRequest { top_k: 3, ..Default::default() };
        let found = client.retrieve(&Context::new(), query).await?;
        assert_eq!(found.documents.len(), 3, "{transport}");
    }
    serving.stop().await;
    Ok(())
}
