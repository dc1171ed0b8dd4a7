use agentgen::AgentMessage;

agentgen::contract!("proto/orders.proto");
use contract::orders::v1 as wire;

#[derive(AgentMessage)]
#[agent(message = "orders.v1.Order.payment", proto = "proto/orders.proto", rust = wire::order::Payment)]
enum Payment {
    CardNumber(String),
    InvoiceAddress(String),
    Cash(()),
}

fn main() {}
