use agentgen::AgentMessage;

agentgen::contract!("proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "Line", proto = "proto/orders.proto", rust = wire::Line)]
struct Position {
    article: String,
}

fn main() {}
