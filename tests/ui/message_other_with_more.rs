use agentgen::AgentMessage;

agentgen::contract!("proto/tickets.proto");
use contract::tickets::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "tickets.v1.State", proto = "proto/tickets.proto", rust = wire::State)]
enum State {
    Open,
    #[agent(other, rename = "STATE_CLOSED")]
    Other(i32),
}

fn main() {}
