use agentgen::agent_service;

struct Mine;

#[agent_service("proto/summarizer.proto")]
impl Agent for Mine {}

fn main() {
    let _ = Mine;
}
