use agentgen::AgentMessage;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.Line", proto = "proto/orders.proto")]
struct Line {
    article: String,
}

fn main() {}
