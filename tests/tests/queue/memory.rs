//! The in-memory broker passes the suite.

use agentgen::broker::Broker;
use agentgen::testing::Fixture;

async fn fixture() -> Fixture {
    let broker = Broker::open("memory:?dedupe_window=1").await;
    Fixture::of(broker.expect("the in-memory broker opens"))
}

agentgen::broker_suite!(fixture().await);
