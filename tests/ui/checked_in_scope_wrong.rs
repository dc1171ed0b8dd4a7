use agentgen::{Context, Inbound, Outbound, Result, Status, agent_service};

agentgen::contract!("proto/summarizer.proto");

struct Mine;

#[agent_service(check = "proto/summarizer.proto")]
impl SummarizerAgent for Mine {
    async fn summarize(&self, _: &Context, request: SummarizeRequest) -> Result<SummarizeResponse> {
        Ok(SummarizeResponse { text: request.text })
    }

    async fn summarize_stream(&self, _: &Context, _: SummarizeRequest) -> Result<SummarizeChunk> {
        Err(Status::unimplemented("not yet"))
    }

    async fn digest(&self, _: &Context, _: SummarizeRequest) -> Result<SummarizeResponse> {
        Err(Status::unimplemented("not yet"))
    }
}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
