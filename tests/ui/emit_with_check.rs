use agentgen::agent_service;

agentgen::contract!("proto/summarizer.proto");

struct Mine;

#[agent_service(
    check = "proto/summarizer.proto",
    emit = ["client"],
    unimplemented(summarize, summarize_stream, digest)
)]
impl SummarizerAgent for Mine {}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
