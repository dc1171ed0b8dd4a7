use agentgen::agent_service;

struct Mine;

#[agent_service(check = "proto/summarizer.proto", module = "wire")]
impl Agent for Mine {}

fn main() {
    let _ = Mine;
}
