//! The contract is generated once; impls of its trait are checked against the
//! trait alone, or against the contract too.

use agentgen::client::Channel;
use agentgen::{Context, Inbound, Outbound, Result, agent_service};

agentgen::contract!("ui/proto/summarizer.proto");

struct Silent;

#[agent_service(check = "ui/proto/summarizer.proto")]
impl SummarizerAgent for Silent {
    async fn summarize(&self, _: &Context, _: SummarizeRequest) -> Result<SummarizeResponse> {
        Ok(SummarizeResponse::default())
    }

    async fn summarize_stream(
        &self,
        _: &Context,
        _: SummarizeRequest,
    ) -> Result<Outbound<SummarizeChunk>> {
        Err(agentgen::Status::unimplemented("not yet"))
    }

    async fn digest(&self, _: &Context, _: Inbound<SummarizeRequest>) -> Result<SummarizeResponse> {
        Ok(SummarizeResponse::default())
    }
}

struct Forwarding(SummarizerAgentClient);

#[agent_service(check = "ui/proto/summarizer.proto", service = "summarizer.v1.SummarizerAgent")]
impl SummarizerAgent for Forwarding {
    type Error = agentgen::Status;

    async fn summarize(
        &self,
        cx: &Context,
        request: SummarizeRequest,
    ) -> Result<SummarizeResponse, Self::Error> {
        self.0.summarize(cx, request).await
    }

    async fn summarize_stream(
        &self,
        cx: &Context,
        request: SummarizeRequest,
    ) -> Result<Outbound<SummarizeChunk>, Self::Error> {
        self.0.summarize_stream(cx, request).await
    }

    fn digest(
        &self,
        cx: &Context,
        requests: Inbound<SummarizeRequest>,
    ) -> impl Future<Output = Result<SummarizeResponse, Self::Error>> + Send {
        self.0.digest(cx, requests)
    }
}

#[test]
fn both_are_agents() {
    let local = Channel::local(SummarizerAgentServer::new(Silent).into_dispatcher());
    let forwarding = Forwarding(SummarizerAgentClient::new(local));
    assert_eq!(SummarizerAgentServer::new(forwarding).into_dispatcher().rpcs().count(), 3);
}
