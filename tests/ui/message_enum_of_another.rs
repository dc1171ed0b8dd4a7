use agentgen::AgentMessage;

agentgen::contract!("proto/tickets.proto");
use contract::tickets::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Priority", proto = "proto/tickets.proto", rust = wire::Priority)]
enum Priority {
    Low,
    High,
}

#[derive(AgentMessage)]
#[agent(transparent)]
struct Wrapped(Priority);

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Ticket", proto = "proto/tickets.proto", rust = wire::Ticket)]
struct Ticket {
    state: Priority,
    history: Vec<Priority>,
    before: Option<Wrapped>,
    others: std::collections::HashMap<String, Priority>,
}

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Ticket.way", proto = "proto/tickets.proto", rust = wire::ticket::Way)]
enum Way {
    Mail(String),
    Mark(Priority),
}

fn main() {}
