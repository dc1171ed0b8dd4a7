use agentgen::{Context, Status, agent_service};

struct Mine;

#[agent_service(proto = "proto/summarizer.proto")]
impl Mine {
    async fn summarize(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> Result<SummarizeResponse, Status> {
        Ok(SummarizeResponse { text: request.text })
    }
}

fn main() {
    let _ = Mine;
}
