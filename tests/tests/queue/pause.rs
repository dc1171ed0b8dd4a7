//! A worker process that is suspended for longer than its leases: others do its
//! work, what it held is refused from it, and it goes on afterwards.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use agentgen::broker::{Broker, Publish};
use agentgen::queue::{Client, SendOptions, dead_letters};
use agentgen::testing::probe::{INFO, Job, RUN};
use agentgen::{Context, Metadata};
use tokio::process::Child;

use crate::kill::{CONCURRENCY, is_drained, lines, worker};
use crate::server;
use crate::sqlite::fresh_file;

const JOBS: usize = 60;
const SOON: Duration = Duration::from_secs(60);

async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let waited = tokio::time::timeout(SOON, async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    assert!(waited.await.is_ok(), "{what} did not happen within {SOON:?}");
}

fn signal(child: &Child, name: &str) {
    let id = child.id().expect("the worker runs").to_string();
    let sent = Command::new("kill").args([name, &id]).status().expect("`kill` is there");
    assert!(sent.success(), "the worker was not signalled");
}

/// Stops the worker, outside of a transaction: within one it keeps a file from everybody
/// until it goes on, as `docs/queues.md` says.
async fn suspend(worker: &Child, broker: &Broker) {
    for _ in 0..50 {
        signal(worker, "-STOP");
        let look = broker.publish(Publish::new("pause.look", Metadata::new(), "free?"));
        if tokio::time::timeout(Duration::from_secs(2), look).await.is_ok() {
            return;
        }
        signal(worker, "-CONT");
        tokio::time::sleep(Duration::from_millis(7)).await;
    }
    panic!("the worker is always in a transaction");
}

async fn send(broker: &Broker, names: &[String]) {
    let client = Client::new(broker.clone());
    for name in names {
        let (context, job) = (Context::new(), Job::new(name, 40));
        client.send(&INFO, RUN, &context, &job, SendOptions::default()).await.expect("accepted");
    }
}

async fn a_suspended_worker_holds_nothing_up(url: &str, log: &Path) {
    let broker = Broker::open(url).await.expect("the broker opens");
    let names: Vec<_> = (0..JOBS).map(|number| format!("job-{number}")).collect();
    send(&broker, &names).await;
    let suspended = worker(url, log);
    until("the first worker is at it", async || lines(log, "effect").len() > CONCURRENCY).await;
    suspend(&suspended, &broker).await;
    let mut second = worker(url, log);
    let all: BTreeSet<_> = names.iter().cloned().collect();
    let done = || lines(log, "effect").into_keys().collect::<BTreeSet<_>>();
    until("the others do its work", async || done() == all).await;
    signal(&suspended, "-CONT");
    let empty = async || is_drained(&broker).await;
    until("nothing is left", empty).await;
    second.kill().await.expect("the second worker ends");

    send(&broker, &["afterwards".to_owned()]).await;
    until("the first worker goes on", async || done().contains("afterwards")).await;
    until("nothing is left", empty).await;
    let repeated: usize = lines(log, "start").values().map(|starts| starts - 1).sum();
    assert!(repeated <= CONCURRENCY, "{repeated} began again, and only {CONCURRENCY} were held");
    let dead = dead_letters(&broker, "probe.run.dead", 0, 10).await.expect("dead letters");
    assert!(dead.is_empty(), "an innocent was dead-lettered: {dead:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_sqlite() {
    let url = format!("sqlite:{}", fresh_file("pause").display());
    a_suspended_worker_holds_nothing_up(&url, &fresh_file("pause-log")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_nats() {
    let server = server::nats();
    let url = format!("nats://127.0.0.1:{}", server.port);
    a_suspended_worker_holds_nothing_up(&url, &fresh_file("pause-nats-log")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_rabbitmq() {
    // A process that is suspended in a transaction keeps a file from the others: they share
    // a ledger without such locks.
    let (server, ledger) = (server::rabbitmq(), server::redis());
    let ledger = format!("ledger=redis://127.0.0.1:{}", ledger.port);
    let url = format!("amqp://127.0.0.1:{}?heartbeat=2&{ledger}", server.port);
    a_suspended_worker_holds_nothing_up(&url, &fresh_file("pause-rabbitmq-log")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_redis() {
    let server = server::redis();
    let url = format!("redis://127.0.0.1:{}", server.port);
    a_suspended_worker_holds_nothing_up(&url, &fresh_file("pause-redis-log")).await;
}
