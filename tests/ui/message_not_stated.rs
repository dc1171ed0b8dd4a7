use agentgen::AgentMessage;

#[derive(AgentMessage)]
struct Line {
    article: String,
}

fn main() {}
