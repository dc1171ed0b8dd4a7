use agentgen::AgentMessage;

agentgen::contract!("proto/tickets.proto");
use contract::tickets::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Team", proto = "proto/tickets.proto", rust = wire::Team)]
struct Team {
    name: String,
}

struct Moment;

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Ticket", proto = "proto/tickets.proto", rust = wire::Ticket)]
struct Ticket {
    owner: Option<Team>,
    watchers: Vec<Team>,
    due: Option<Moment>,
}

fn main() {}
