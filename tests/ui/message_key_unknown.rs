use agentgen::AgentMessage;

agentgen::contract!("proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.Line", proto = "proto/orders.proto", rust = wire::Line)]
struct Line {
    #[agent(renamed = "article")]
    name: String,
    #[agent(other)]
    pieces: u32,
}

fn main() {
    let line = Line::try_from(wire::Line::default()).expect("a line");
    let _ = wire::Line::from(line);
}
