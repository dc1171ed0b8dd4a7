use agentgen::AgentMessage;

agentgen::contract!("proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.Lines", proto = "proto/orders.proto", rust = wire::Line)]
struct Line {
    article: String,
}

fn main() {
    let line = Line::try_from(wire::Line::default()).expect("a line");
    let _ = wire::Line::from(line);
}
