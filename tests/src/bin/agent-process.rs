//! An agent process for tests to stop: `agent-process BROKER_URL`, over gRPC,
//! REST and the queue, with nothing of its own for signals.
//!
//! It prints its address, then `begun` for each call; a call takes as many
//! milliseconds as its text asks for.

use std::time::Duration;

use agentgen::{Broker, Context, Outbound, Status};
use agentgen_tests::golden::summarizer::summarizer::v1::{
    SummarizeChunk, SummarizeRequest, SummarizeResponse, SummarizerAgent, SummarizerAgentServer,
};
use tokio::net::TcpListener;

struct Slow;

async fn work(request: &SummarizeRequest) -> Result<(), Status> {
    println!("begun");
    let millis = request.document_text.parse().map_err(|_| Status::invalid_argument("no time"))?;
    tokio::time::sleep(Duration::from_millis(millis)).await;
    Ok(())
}

impl SummarizerAgent for Slow {
    type Error = Status;

    async fn summarize(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> Result<SummarizeResponse, Status> {
        work(&request).await?;
        Ok(SummarizeResponse { summary: "done".into(), ..Default::default() })
    }

    async fn summarize_stream(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> Result<Outbound<SummarizeChunk>, Status> {
        let chunks = futures_util::stream::once(async move {
            work(&request).await?;
            Ok::<_, Status>(SummarizeChunk { text: "done".into(), ..Default::default() })
        });
        Ok(Outbound::try_new(chunks))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("usage: agent-process BROKER_URL")?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let server = SummarizerAgentServer::new(Slow).grpc().rest();
    Ok(server.queue(Broker::open(&url).await?).serve(listener).await?)
}
