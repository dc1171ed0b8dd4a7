use agentgen::agent_service;

struct Mine;

#[agent_service(proto = "proto/summarizer.proto")]
impl SumarizerAgent for Mine {}

fn main() {}
