//! An agent on every transport; it calls itself over each of them and prints
//! the same calls for a shell. `--exit` stops after that.

use agentgen::client::Channel;
use agentgen::{AgentError, Broker, Context, Outbound, Status, agent_service};
use contract::*;
use tokio::net::TcpListener;

mod contract {
    agentgen::include!("summarizer.v1");
}

struct Summarizer;

#[derive(Debug, thiserror::Error, AgentError)]
enum SummarizeError {
    #[error("the document is empty")]
    #[agent(code = InvalidArgument, reason = "EMPTY_DOCUMENT")]
    Empty,
}

#[agent_service]
impl SummarizerAgent for Summarizer {
    async fn summarize(
        &self,
        _cx: &Context,
        request: SummarizeRequest,
    ) -> Result<SummarizeResponse, SummarizeError> {
        let summary = first_words(&request)?.join(" ");
        Ok(SummarizeResponse { summary, confidence_score: 0.5 })
    }

    async fn summarize_stream(
        &self,
        _cx: &Context,
        request: SummarizeRequest,
    ) -> Result<Outbound<SummarizeChunk>, SummarizeError> {
        let words = first_words(&request)?;
        let last = words.len() - 1;
        let chunk =
            move |(at, text)| SummarizeChunk { text, is_final: at == last, index: at as i32 };
        Ok(Outbound::from_messages(words.into_iter().enumerate().map(chunk)))
    }
}

fn first_words(request: &SummarizeRequest) -> Result<Vec<String>, SummarizeError> {
    let limit = usize::try_from(request.max_tokens).ok().filter(|limit| *limit > 0);
    let words = request.document_text.split_whitespace().take(limit.unwrap_or(20));
    let words: Vec<_> = words.map(str::to_owned).collect();
    if words.is_empty() { Err(SummarizeError::Empty) } else { Ok(words) }
}

#[tokio::main]
async fn main() -> agentgen::Result<()> {
    let broker = Broker::open("sqlite:target/summarizer.db").await?;
    let server = SummarizerAgentServer::new(Summarizer).grpc().reflection().health().rest();
    let listener = TcpListener::bind("127.0.0.1:8080").await.map_err(unavailable)?;
    let serving = tokio::spawn(server.queue(broker.clone()).serve(listener));

    prove("gRPC", Channel::grpc("http://127.0.0.1:8080")?).await?;
    prove("REST", Channel::rest("http://127.0.0.1:8080")?).await?;
    prove("queue", Channel::queue(broker)).await?;
    println!("\nThe same from a shell:\n{}", include_str!("../calls.txt"));
    if std::env::args().any(|arg| arg == "--exit") {
        return Ok(());
    }
    serving.await.map_err(|error| Status::internal(error.to_string()))?
}

async fn prove(transport: &str, channel: Channel) -> agentgen::Result<()> {
    let client = SummarizerAgentClient::new(channel);
    let document_text = "One contract gives an agent every transport it needs.".into();
    let request = SummarizeRequest { document_text, max_tokens: 5 };
    let whole = client.summarize(&Context::new(), request.clone()).await?;
    let mut chunks = client.summarize_stream(&Context::new(), request).await?;
    let mut words = Vec::new();
    while let Some(chunk) = chunks.message().await? {
        words.push(chunk.text);
    }
    println!("{transport:>5}: {}; streamed: {}", whole.summary, words.join(" | "));
    Ok(())
}
