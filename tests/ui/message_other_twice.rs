use agentgen::AgentMessage;

agentgen::contract!("proto/tickets.proto");
use contract::tickets::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.State", proto = "proto/tickets.proto", rust = wire::State)]
enum State {
    Open,
    #[agent(other)]
    Other(i32),
    #[agent(other)]
    Unknown(i32),
}

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.Level", proto = "proto/tickets.proto", rust = wire::Level)]
enum Level {
    #[agent(other)]
    Named(String),
}

fn main() {}
