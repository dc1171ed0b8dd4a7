use agentgen::AgentMessage;

#[derive(AgentMessage)]
#[agent(mesage = "orders.v1.Line")]
struct Line {
    article: String,
}

fn main() {}
