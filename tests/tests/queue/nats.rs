//! NATS `JetStream` passes the suite, each promise on a server of its own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agentgen::Metadata;
use agentgen::broker::{Broker, Capability, Publish};
use agentgen::queue::{Claims, Consumer, FolderClaims, Options, dead_letters, names};
use agentgen::testing::Fixture;
use agentgen::testing::probe::Probe;

use crate::kill::killed_workers_lose_nothing_and_only_poison_dies;
use crate::kill_broker::a_killed_broker_loses_nothing;
use crate::server;
use crate::sqlite::fresh_file;

fn fixture() -> Fixture {
    let server = Arc::new(server::nats());
    Fixture::new(move || {
        let url = format!("nats://127.0.0.1:{}?dedupe_window=1", server.port);
        let server = Arc::clone(&server);
        async move {
            let broker = Broker::open(&url).await;
            drop(server);
            broker
        }
    })
    .without(&[Capability::AtomicSettle, Capability::ExactDepth])
}

agentgen::broker_suite!(fixture());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_workers_lose_nothing() {
    let server = server::nats();
    let url = format!("nats://127.0.0.1:{}?dedupe_window=0", server.port);
    killed_workers_lose_nothing_and_only_poison_dies(&url, &fresh_file("nats-kill-log")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing() {
    let server = server::nats();
    let url = format!("nats://127.0.0.1:{}", server.port);
    a_killed_broker_loses_nothing(server, &url).await;
}

/// A message that is as large as the server takes leaves a dead letter no room for what it
/// says beside it: its body goes elsewhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_letter_that_is_too_large_does_not_go_in_circles() {
    let server = server::nats();
    let broker = Broker::open(&format!("nats://127.0.0.1:{}", server.port)).await;
    let broker = broker.expect("the broker opens");
    let limit = broker.max_message().expect("the server tells it");
    let large = Publish::new("probe.run", Metadata::new(), vec![b'a'; limit - 64]);
    broker.publish(large).await.expect("it just fits");
    let folder = tempfile::tempdir().expect("a folder");
    let claims = Claims::new(FolderClaims::new(folder.path()), usize::MAX);
    let probe = Probe::new(|_, job| async move { Ok(job) });
    let consumer = Consumer::with_options(broker.clone(), Options::default().claims(claims));
    let consumer = tokio::spawn(consumer.run(probe.into_dispatcher()));
    let since = Instant::now();
    while broker.depth("probe.run").await.expect("a depth").total() > 0 {
        assert!(since.elapsed() < Duration::from_secs(20), "it goes in circles");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let letters = dead_letters(&broker, "probe.run.dead", 0, 10).await.expect("the letters");
    assert_eq!(letters.len(), 1);
    assert!(letters[0].body.is_empty() && letters[0].headers.get(names::DATA_REF).is_some());
    consumer.abort();
}
