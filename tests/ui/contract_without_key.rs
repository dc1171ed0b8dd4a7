use agentgen::agent_service;

struct Mine;

#[agent_service("proto/summarizer.proto", unimplemented(summarize, summarize_stream, digest))]
impl SummarizerAgent for Mine {}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
