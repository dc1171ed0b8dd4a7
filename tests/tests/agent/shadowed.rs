//! Names of the prelude mean something else where the macros are used.

use agentgen::{AgentError, Context, Inbound, Outbound, agent_service};

#[expect(dead_code, reason = "it is there to be in the way")]
struct Result;
#[expect(dead_code, reason = "it is there to be in the way")]
struct Option;
#[expect(dead_code, reason = "it is there to be in the way")]
struct String;
#[expect(dead_code, reason = "it is there to be in the way")]
struct Vec;
#[expect(dead_code, reason = "it is there to be in the way")]
struct Box;
#[expect(dead_code, reason = "it is there to be in the way")]
struct Into;
#[expect(dead_code, reason = "it is there to be in the way")]
struct From;
#[expect(dead_code, reason = "it is there to be in the way")]
struct ToString;
#[expect(dead_code, reason = "it is there to be in the way")]
struct Send;

struct Mine;

#[derive(Debug, AgentError)]
enum Failure {
    #[agent(code = ResourceExhausted, retry_after = 0)]
    Busy(std::time::Duration),
    #[agent(transparent)]
    Other(agentgen::Status),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failure {}

#[agent_service(proto = "ui/proto/summarizer.proto")]
impl SummarizerAgent for Mine {
    async fn summarize(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> std::result::Result<SummarizeResponse, Failure> {
        Ok(SummarizeResponse { text: request.text })
    }

    async fn summarize_stream(
        &self,
        _: &Context,
        _: SummarizeRequest,
    ) -> std::result::Result<Outbound<SummarizeChunk>, Failure> {
        Err(Failure::Busy(std::time::Duration::from_secs(1)))
    }

    async fn digest(
        &self,
        _: &Context,
        _: Inbound<SummarizeRequest>,
    ) -> std::result::Result<SummarizeResponse, Failure> {
        Err(Failure::Other(agentgen::Status::aborted("not now")))
    }
}

#[test]
fn the_macros_name_everything_in_full() {
    assert_eq!(SummarizerAgentServer::new(Mine).into_dispatcher().rpcs().count(), 3);
}
