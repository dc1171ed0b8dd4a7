use agentgen::{Context, Inbound, Outbound, agent_service};

struct Mine;

#[agent_service(proto = "proto/summarizer.proto")]
impl SummarizerAgent for Mine {
    async fn summarize(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> std::io::Result<SummarizeResponse> {
        Ok(SummarizeResponse { text: request.text })
    }

    async fn summarize_stream(
        &self,
        _: &Context,
        _: SummarizeRequest,
    ) -> std::io::Result<Outbound<SummarizeChunk>> {
        Err(std::io::Error::other("not yet"))
    }

    async fn digest(
        &self,
        _: &Context,
        _: Inbound<SummarizeRequest>,
    ) -> std::io::Result<SummarizeResponse> {
        Err(std::io::Error::other("not yet"))
    }
}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
