use agentgen::AgentMessage;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.Line")]
struct Line {
    article: String,
}

fn main() {}
