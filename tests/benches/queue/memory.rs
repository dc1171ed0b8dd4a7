//! What a worker process takes: idle, and with 100,000 messages waiting.

use std::process::Stdio;
use std::time::Duration;

use agentgen::Status;
use agentgen::broker::Broker;
use futures_util::future::try_join_all;
use tokio::process::Command;

use crate::{fresh_file, ours};

const MESSAGES: usize = 100_000;
const AT_ONCE: usize = 250;

/// Resident memory in KiB.
pub(crate) async fn of_a_consumer(url: &str) -> Result<(usize, usize), Status> {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_queue-worker"));
    worker.arg(url).arg(fresh_file("memory-log")).stderr(Stdio::null()).kill_on_drop(true);
    let worker = worker.spawn().expect("the worker starts");
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = resident(worker.id());
    // It works on them meanwhile, at most four at once and 5 ms each.
    let broker = Broker::open(url).await?;
    try_join_all((0..AT_ONCE).map(|_| ours::send(broker.clone(), MESSAGES / AT_ONCE))).await?;
    Ok((idle, resident(worker.id())))
}

fn resident(id: Option<u32>) -> usize {
    let path = format!("/proc/{}/status", id.expect("the worker runs"));
    let status = std::fs::read_to_string(path).expect("the worker's status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number of KiB")
}
