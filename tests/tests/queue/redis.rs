//! Redis Streams pass the suite, each promise on a server of its own.

use std::sync::Arc;

use agentgen::broker::{Broker, Capability};
use agentgen::testing::Fixture;

use crate::kill::killed_workers_lose_nothing_and_only_poison_dies;
use crate::kill_broker::a_killed_broker_loses_nothing;
use crate::server;
use crate::sqlite::fresh_file;

fn fixture() -> Fixture {
    let server = Arc::new(server::redis());
    Fixture::new(move || {
        let url = format!("redis://127.0.0.1:{}?dedupe_window=1", server.port);
        let server = Arc::clone(&server);
        async move {
            let broker = Broker::open(&url).await;
            drop(server);
            broker
        }
    })
    .without(&[Capability::AtomicSettle])
}

agentgen::broker_suite!(fixture());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_workers_lose_nothing() {
    let server = server::redis();
    let url = format!("redis://127.0.0.1:{}?dedupe_window=0", server.port);
    killed_workers_lose_nothing_and_only_poison_dies(&url, &fresh_file("redis-kill-log")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing() {
    let server = server::redis();
    let url = format!("redis://127.0.0.1:{}", server.port);
    a_killed_broker_loses_nothing(server, &url).await;
}
