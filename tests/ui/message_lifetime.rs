use agentgen::AgentMessage;

agentgen::contract!("proto/tickets.proto");
use contract::tickets::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Owner", proto = "proto/tickets.proto", rust = wire::Owner)]
struct Owner<'a> {
    name: &'a str,
}

fn main() {
    let owner = Owner { name: "Ada" };
    let _ = wire::Owner::from(owner);
}
