use agentgen::AgentMessage;

#[derive(AgentMessage)]
#[agent(transparent, proto = "proto/tickets.proto")]
struct Name(String);

#[derive(AgentMessage)]
#[agent(rust = String, transparent)]
struct Word(String);

#[derive(AgentMessage)]
#[agent(transparent)]
struct Text(#[agent(try_from)] String);

fn main() {}
