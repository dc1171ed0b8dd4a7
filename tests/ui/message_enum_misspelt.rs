use agentgen::AgentMessage;

agentgen::contract!("proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.Sate", proto = "proto/orders.proto", rust = wire::State)]
enum State {
    Open,
}

fn main() {}
