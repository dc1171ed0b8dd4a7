//! Relays that are killed while they publish, two at a time: everything that was
//! committed arrives, once for a broker that knows its dedupe keys, and in order.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use agentgen::broker::Broker;
use agentgen::outbox::Outbox;
use agentgen::testing::probe::Job;
use tokio::process::{Child, Command};

use super::{Database, broker_url, emptied, published};
use crate::server;
use crate::sqlite::fresh_file;

const TRANSACTIONS: u32 = 150;
const EACH: u32 = 4;
const KEYS: u32 = 3;
const KILLS: usize = 8;

fn relay(database: &Database, url: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_outbox-relay"));
    command.arg(database.name()).arg(url).kill_on_drop(true).stderr(Stdio::null());
    command.spawn().expect("the relay starts")
}

/// Every second job is ordered by one of a few keys; its size is its place.
fn jobs(transaction: u32) -> Vec<Job> {
    let places = transaction * EACH..(transaction + 1) * EACH;
    let of = |place: u32| match place % 2 {
        0 => Job::new(format!("key-{}", place % KEYS), place),
        _ => Job::new(format!("job-{place}"), place),
    };
    places.map(of).collect()
}

/// Every fifth transaction is rolled back.
fn is_kept(transaction: u32) -> bool {
    transaction % 5 != 4
}

/// Kills one relay after the other, while the other one is there to go on.
async fn kill_in_turn(database: &Database, url: &str) -> [Child; 2] {
    let mut relays = [relay(database, url), relay(database, url)];
    for kill in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let victim = &mut relays[kill % 2];
        victim.kill().await.expect("the kill");
        *victim = relay(database, url);
    }
    relays
}

async fn killed_relays_lose_nothing(database: Database, url: &str) {
    database.create().await;
    let outbox = Outbox::new();
    let write = async {
        for transaction in 0..TRANSACTIONS {
            let (jobs, kept) = (jobs(transaction), is_kept(transaction));
            database.write(&outbox, &jobs, None, kept).await;
            tokio::time::sleep(Duration::from_millis(8)).await;
        }
    };
    let (relays, ()) = tokio::join!(kill_in_turn(&database, url), write);
    emptied(&database).await;
    drop(relays);

    let broker = Broker::open(url).await.expect("the broker opens");
    let mut found = published(&broker, "probe.run").await;
    let ordered = published(&broker, "probe.ordered").await;
    for key in (0..KEYS).map(|key| format!("key-{key}")) {
        let places: Vec<_> =
            ordered.iter().filter(|job| job.name == key).map(|job| job.size).collect();
        assert!(places.is_sorted(), "the order of `{key}` is lost: {places:?}");
    }
    found.extend(ordered);
    let places: BTreeSet<_> = found.iter().map(|job| job.size).collect();
    assert_eq!(places.len(), found.len(), "something was published twice");
    let kept = (0..TRANSACTIONS).filter(|transaction| is_kept(*transaction));
    let expected: BTreeSet<_> = kept.flat_map(jobs).map(|job| job.size).collect();
    assert_eq!(places, expected, "something was lost, or rolled back and published");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_relays_of_sqlite_publish_everything_once_and_in_order() {
    let database = Database::Sqlite(fresh_file("outbox-kill"));
    killed_relays_lose_nothing(database, &broker_url("outbox-kill-broker")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_relays_of_postgresql_publish_everything_once_and_in_order() {
    let server = server::postgresql();
    let database = Database::connect(server.port).await;
    killed_relays_lose_nothing(database, &broker_url("outbox-pg-kill-broker")).await;
}
