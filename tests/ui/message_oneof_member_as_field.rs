use agentgen::AgentMessage;

agentgen::contract!("proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.Order", proto = "proto/orders.proto", rust = wire::Order)]
struct Order {
    order_id: String,
    card_number: Option<String>,
}

fn main() {}
