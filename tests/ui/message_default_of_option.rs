use agentgen::AgentMessage;

agentgen::contract!("ui/proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.Order", proto = "ui/proto/orders.proto", rust = wire::Order)]
struct Order {
    order_id: String,
    #[agent(default)]
    note: Option<String>,
}

fn main() {}
