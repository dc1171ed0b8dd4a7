use agentgen::{AgentError, Context, Outbound, agent_service};

#[derive(Debug, AgentError)]
#[agent(code = Aborted)]
struct Failure;

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failure {}

struct Mine;

#[agent_service(proto = "proto/summarizer.proto", unimplemented(digest))]
impl SummarizerAgent for Mine {
    async fn summarize(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> Result<SummarizeResponse, Failure> {
        Ok(SummarizeResponse { text: request.text })
    }

    async fn summarize_stream(
        &self,
        _: &Context,
        _: SummarizeRequest,
    ) -> Result<Outbound<SummarizeChunk>, Failure> {
        Err(Failure)
    }
}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
