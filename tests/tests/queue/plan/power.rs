//! F17: the power goes. What a process wrote and did not sync is gone; a library
//! that is loaded before it keeps copies of what was (`synced.c`).

use std::process::Command;
use std::time::Duration;

use agentgen::broker::Broker;

use super::local::until;
use super::preload::library;
use super::publisher::{Publisher, stored};
use super::work::seeded;
use crate::sqlite::fresh_file;

/// How many messages are accepted before the power goes, at least.
const ACCEPTED: usize = 300;

/// Publishes until the power goes; returns how many that were accepted are lost.
async fn lost_with_the_power(synchronous: &str) -> usize {
    let mut rng = seeded();
    let folder = fresh_file(&format!("power-{synchronous}"));
    let _ = std::fs::remove_dir_all(&folder);
    let synced = folder.join("synced");
    std::fs::create_dir_all(&synced).expect("the folder");
    let url = format!("sqlite:{}/work.db?synchronous={synchronous}", folder.display());
    let mut command = Command::new("env");
    command.arg(format!("LD_PRELOAD={}", library("synced")));
    command.arg(format!("SYNCED={}", synced.display()));
    let mut publisher = Publisher::start(command, &url, &folder.join("ledger"));
    until("enough is accepted", async || publisher.accepted().len() > ACCEPTED).await;
    tokio::time::sleep(Duration::from_millis(rng.u64(..200))).await;
    publisher.child.kill().await.expect("the kill");

    let url = format!("sqlite:{}/work.db", synced.display());
    let broker = Broker::open(&url).await.expect("what is left of the file is whole");
    let (accepted, stored) = (publisher.accepted(), stored(&broker).await);
    let lost = accepted.difference(&stored).count();
    println!("synchronous={synchronous}: {lost} of {} accepted lost", accepted.len());
    lost
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn full_loses_nothing_with_the_power() {
    assert_eq!(lost_with_the_power("full").await, 0);
}

/// What it loses is documented: everything since its last checkpoint.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn normal_stays_whole_and_loses_its_end_with_the_power() {
    assert!(lost_with_the_power("normal").await > 0, "the model of the disk loses nothing");
}
