use agentgen::AgentMessage;

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Owner", include = "proto")]
struct Owner {
    name: String,
}

fn main() {}
