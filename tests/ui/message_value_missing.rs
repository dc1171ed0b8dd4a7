use agentgen::AgentMessage;

agentgen::contract!("proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.State", proto = "proto/orders.proto", rust = wire::State)]
enum State {
    Open,
}

fn main() {}
