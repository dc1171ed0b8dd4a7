use agentgen::AgentMessage;

#[derive(AgentMessage)]
#[agent(transparent)]
struct Line(String, u32);

fn main() {}
