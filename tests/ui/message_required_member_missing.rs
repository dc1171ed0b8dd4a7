use agentgen::AgentMessage;

agentgen::contract!("proto/parcels.proto");
use contract::parcels::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "parcels.v1.Notice", proto = "proto/parcels.proto", rust = wire::Notice)]
struct Sent {
    #[agent(skip)]
    seen: bool,
}

fn main() {}
