use agentgen::AgentMessage;

agentgen::contract!("proto/tickets.proto");
use contract::tickets::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Owner", proto = "proto/tickets.proto", rust = wire::Owner)]
struct Owner {
    name: String,
    #[agent(skip, rename = "age")]
    years: u32,
    #[agent(default, skip)]
    seen: bool,
}

fn main() {}
