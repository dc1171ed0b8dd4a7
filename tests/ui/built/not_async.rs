use agentgen::{Context, Inbound, Outbound, Result, agent_service};

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

    async fn summarize_stream(
        &self,
        _: &Context,
        _: SummarizeRequest,
    ) -> Result<Outbound<SummarizeChunk>> {
        panic!()
    }

    async fn digest(&self, _: &Context, _: Inbound<SummarizeRequest>) -> Result<SummarizeResponse> {
        panic!()
    }
}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
