use agentgen::agent_service;

struct Mine;

#[agent_service(proto = "")]
impl SummarizerAgent for Mine {}

fn main() {
    let _ = SummarizerAgentServer::new(Mine);
}
