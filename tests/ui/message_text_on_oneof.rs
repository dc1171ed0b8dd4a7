use agentgen::AgentMessage;

agentgen::contract!("proto/parcels.proto");
use contract::parcels::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "parcels.v1.Parcel", proto = "proto/parcels.proto", rust = wire::Parcel)]
struct Sent {
    label: String,
    recipient: String,
}

fn main() {}
