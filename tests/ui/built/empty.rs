use agentgen::agent_service;

mod contract {
    agentgen::include!("summarizer.v1");
}
use contract::*;

struct Mine;

#[agent_service]
impl SummarizerAgent for Mine {}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
