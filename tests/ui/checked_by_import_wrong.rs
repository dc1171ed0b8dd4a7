use agentgen::{Context, Inbound, Outbound, Result, Status, agent_service};

mod wire {
    agentgen::contract!("proto/summarizer.proto");
}
use wire::SummarizerAgent;

struct Mine;

#[agent_service(check = "proto/summarizer.proto")]
impl SummarizerAgent for Mine {
    async fn summarize(
        &self,
        _: &Context,
        request: wire::SummarizeRequest,
    ) -> wire::SummarizeResponse {
        wire::SummarizeResponse { text: request.text }
    }

    async fn summarize_stream(
        &self,
        _: &Context,
        _: wire::SummarizeRequest,
    ) -> Result<Outbound<wire::SummarizeChunk>> {
        Err(Status::unimplemented("not yet"))
    }

    async fn digest(
        &self,
        _: &Context,
        _: Inbound<wire::SummarizeRequest>,
    ) -> Result<wire::SummarizeResponse> {
        Err(Status::unimplemented("not yet"))
    }
}

fn main() {
    let _ = wire::SummarizerAgentServer::new(Mine);
}
