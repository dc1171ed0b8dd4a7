use agentgen::agent_service;

struct Mine;

#[agent_service(proto = "proto/summarizer.proto", module = "a b")]
impl Agent for Mine {}

fn main() {
    let _ = Mine;
}
