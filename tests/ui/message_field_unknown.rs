use agentgen::AgentMessage;

agentgen::contract!("ui/proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.Line", proto = "ui/proto/orders.proto", rust = wire::Line)]
struct Line {
    article: String,
    peices: u32,
    weight: f64,
}

fn main() {}
