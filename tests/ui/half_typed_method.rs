use agentgen::{Context, Outbound, Result, Status, agent_service};

struct Mine;

#[agent_service(proto = "proto/summarizer.proto")]
impl SummarizerAgent for Mine {
    async fn summarize(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> Result<SummarizeResponse> {
        Ok(SummarizeResponse { text: request.text })
    }

    async fn summarize_stream(
        &self,
        _: &Context,
        _: SummarizeRequest,
    ) -> Result<Outbound<SummarizeChunk>> {
        Err(Status::unimplemented("not yet"))
    }

    async fn dig
}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
