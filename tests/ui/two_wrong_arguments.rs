use agentgen::agent_service;

struct Mine;

#[agent_service(
    prto = "proto/summarizer.proto",
    servce = "SummarizerAgent",
    unimplemented(summarize, summarize_stream, digest)
)]
impl SummarizerAgent for Mine {}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
