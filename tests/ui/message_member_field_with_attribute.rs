use agentgen::AgentMessage;

agentgen::contract!("proto/tickets.proto");
use contract::tickets::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Ticket.way", proto = "proto/tickets.proto", rust = wire::ticket::Way)]
enum Way {
    Mail(String),
    Mark(#[agent(try_from)] i32),
}

fn main() {}
