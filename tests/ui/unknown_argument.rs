use agentgen::agent_service;

struct Mine;

#[agent_service(protos = "proto/summarizer.proto")]
impl SummarizerAgent for Mine {}

fn main() {}
