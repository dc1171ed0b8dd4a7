use agentgen::AgentMessage;

agentgen::contract!("proto/tickets.proto");
use contract::tickets::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Ticket", proto = "proto/tickets.proto", rust = wire::Ticket)]
struct Ticket {
    due: Option<String>,
}

fn main() {}
