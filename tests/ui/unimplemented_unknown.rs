use agentgen::{Context, Outbound, Status, agent_service};

struct Mine;

#[agent_service(proto = "proto/summarizer.proto", unimplemented(digset))]
impl SummarizerAgent for Mine {
    async fn summarize(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> Result<SummarizeResponse, Status> {
        Ok(SummarizeResponse { text: request.text })
    }

    async fn summarize_stream(
        &self,
        _: &Context,
        _: SummarizeRequest,
    ) -> Result<Outbound<SummarizeChunk>, Status> {
        Err(Status::unimplemented("not yet"))
    }
}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
