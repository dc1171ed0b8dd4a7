use agentgen::agent_service;

struct Mine;

#[agent_service(
    proto = "proto/summarizer.proto",
    service = "SummarizerAgent",
    unimplemented(summarize, summarize_stream, digest)
)]
impl Agent for Mine {}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
