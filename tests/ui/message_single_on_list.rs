use agentgen::AgentMessage;

agentgen::contract!("proto/parcels.proto");
use contract::parcels::v1 as wire;

#[derive(AgentMessage)]
#[agent(
    message = "parcels.v1.Parcel.recipient",
    proto = "proto/parcels.proto",
    rust = wire::parcel::Recipient
)]
enum Recipient {
    Address(String),
    Locker(Extent),
}

#[derive(AgentMessage)]
#[agent(message = "parcels.v1.Size", proto = "proto/parcels.proto", rust = wire::Size)]
struct Extent {
    height: u32,
}

#[derive(AgentMessage)]
#[agent(message = "parcels.v1.Parcel", proto = "proto/parcels.proto", rust = wire::Parcel)]
struct Sent {
    label: String,
    recipient: Recipient,
    tags: String,
}

fn main() {}
