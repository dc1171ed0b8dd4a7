use agentgen::{Context, Inbound, Outbound, Status, agent_service};

struct Mine;

#[agent_service(proto = "proto/summarizer.proto", proto = "proto/orders.proto")]
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

    async fn digest(
        &self,
        _: &Context,
        _: Inbound<SummarizeRequest>,
    ) -> Result<SummarizeResponse, Status> {
        Err(Status::unimplemented("not yet"))
    }
}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
