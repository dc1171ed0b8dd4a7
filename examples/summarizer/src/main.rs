//! An agent on every transport; it calls itself over each and prints the same calls for a shell.
//! `--exit` stops after that; the variable `ADDRESS` moves it from 127.0.0.1:8080.

use agentgen::{AgentError, Broker, Context, Outbound, agent_service, client::Channel};
use tokio::net::TcpListener;

agentgen::include!("summarizer.v1");

struct Summarizer;

#[derive(Debug, thiserror::Error, AgentError)]
enum SummarizeError {
    #[error("the document is empty")]
    #[agent(code = InvalidArgument, reason = "EMPTY_DOCUMENT")]
    Empty,
}

type Answer<T> = Result<T, SummarizeError>;

#[agent_service]
impl SummarizerAgent for Summarizer {
    type Error = SummarizeError;

    async fn summarize(&self, _: &Context, request: SummarizeRequest) -> Answer<SummarizeResponse> {
        Ok(SummarizeResponse { summary: first_words(&request)?.join(" "), confidence_score: 0.5 })
    }

    async fn summarize_stream(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> Answer<Outbound<SummarizeChunk>> {
        let chunk = |(index, text)| SummarizeChunk { text, is_final: false, index };
        let mut chunks: Vec<_> = (0..).zip(first_words(&request)?).map(chunk).collect();
        chunks.iter_mut().rev().take(1).for_each(|chunk| chunk.is_final = true);
        Ok(Outbound::from_messages(chunks))
    }
}

fn first_words(request: &SummarizeRequest) -> Answer<Vec<String>> {
    let limit = usize::try_from(request.max_tokens).ok().filter(|limit| *limit > 0).unwrap_or(20);
    let words = request.document_text.split_whitespace().take(limit).map(str::to_owned);
    let words: Vec<_> = words.collect();
    if words.is_empty() { Err(SummarizeError::Empty) } else { Ok(words) }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::var("ADDRESS").unwrap_or("127.0.0.1:8080".into());
    let broker = Broker::open("sqlite:target/summarizer.db").await?;
    let server = SummarizerAgentServer::new(Summarizer).grpc().reflection().health().rest();
    let listener = TcpListener::bind(&address).await?;
    let serving = tokio::spawn(server.queue(broker.clone()).serve(listener));

    prove("gRPC", Channel::grpc(&format!("http://{address}")).await?).await?;
    prove("REST", Channel::rest(&format!("http://{address}"))?).await?;
    prove("queue", Channel::queue(broker)).await?;
    println!("\n{}", include_str!("../calls.txt").replace("ADDRESS", &address));
    if std::env::args().any(|argument| argument == "--exit") { Ok(()) } else { Ok(serving.await??) }
}

async fn prove(transport: &str, channel: Channel) -> agentgen::Result<()> {
    let client = SummarizerAgentClient::new(channel);
    let document_text = "One contract gives an agent every transport it needs.".into();
    let request = SummarizeRequest { document_text, max_tokens: 5 };
    let whole = client.summarize(&Context::new(), request.clone()).await?;
    let mut chunks = client.summarize_stream(&Context::new(), request).await?;
    print!("{transport:>5}: {:<30} stream:", whole.summary);
    while let Some(chunk) = chunks.message().await? {
        print!(" [{}]", chunk.text);
    }
    println!();
    Ok(())
}
