use agentgen::AgentMessage;

agentgen::contract!("ui/proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.State", proto = "ui/proto/orders.proto", rust = wire::State)]
enum State {
    Open(String),
    #[agent(other)]
    Other,
}

fn main() {}
