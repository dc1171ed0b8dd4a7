//! The in-memory broker passes the suite.

use agentgen::broker::{Broker, Capability};
use agentgen::testing::Fixture;

async fn fixture() -> Fixture {
    let broker = Broker::open("memory:?dedupe_window=1").await;
    Fixture::of(broker.expect("the in-memory broker opens"))
        .without(&[Capability::Durable, Capability::Shared])
}

agentgen::broker_suite!(fixture().await);
