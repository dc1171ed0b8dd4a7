use agentgen::agent_service;

struct Mine;

#[agent_service(proto = "proto/summarizer.proto")]
impl Mine {}

fn main() {}
