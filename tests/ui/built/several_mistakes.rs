use agentgen::{Context, Result, agent_service};

mod contract {
    agentgen::include!("summarizer.v1");
}
use contract::*;

struct Mine;

#[agent_service]
impl SummarizerAgent for Mine {
    fn summarize(&self, _: &Context, request: SummarizeRequest) -> Result<SummarizeResponse> {
        Ok(SummarizeResponse { text: request.text })
    }

    async fn summarize_stream(&self, _: &Context, _: SummarizeRequest) -> Result<SummarizeChunk> {
        panic!()
    }
}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
