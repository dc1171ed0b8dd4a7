use agentgen::agent_service;

struct Mine;

#[agent_service(prto = "proto/summarizer.proto", servce = "SummarizerAgent")]
impl Agent for Mine {}

fn main() {
    let _ = Mine;
}
