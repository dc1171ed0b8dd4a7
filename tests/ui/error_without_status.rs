use agentgen::{Context, Inbound, Outbound, agent_service};

#[derive(Debug)]
struct Failed;

struct Mine;

#[agent_service(proto = "proto/summarizer.proto")]
impl SummarizerAgent for Mine {
    async fn summarize(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> std::result::Result<SummarizeResponse, Failed> {
        Ok(SummarizeResponse { text: request.text })
    }

    async fn summarize_stream(
        &self,
        _: &Context,
        _: SummarizeRequest,
    ) -> std::result::Result<Outbound<SummarizeChunk>, Failed> {
        Err(Failed)
    }

    async fn digest(
        &self,
        _: &Context,
        _: Inbound<SummarizeRequest>,
    ) -> std::result::Result<SummarizeResponse, Failed> {
        Err(Failed)
    }
}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
