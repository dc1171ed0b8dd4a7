use agentgen::AgentMessage;

agentgen::contract!("proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.Line", proto = "proto/orders.proto", rust = wire::Line)]
struct Line<T> {
    article: T,
}

fn main() {
    let line = Line { article: "lamp" };
    let _ = wire::Line::from(line);
}
