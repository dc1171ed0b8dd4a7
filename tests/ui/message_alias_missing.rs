use agentgen::AgentMessage;

agentgen::contract!("proto/tickets.proto");
use contract::tickets::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Level", proto = "proto/tickets.proto", rust = wire::Level)]
enum Level {
    Unspecified,
}

fn main() {}
