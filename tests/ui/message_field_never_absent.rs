use agentgen::AgentMessage;

agentgen::contract!("proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.Line", proto = "proto/orders.proto", rust = wire::Line)]
struct Line {
    article: Option<String>,
    #[agent(default)]
    pieces: u32,
}

fn main() {}
