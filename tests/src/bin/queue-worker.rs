//! A consumer process for tests to kill: `queue-worker BROKER_URL LOG`.
//!
//! It writes `start NAME` and, after a pause, `effect NAME` to the log. A
//! request whose name begins with `poison` aborts the process.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use agentgen::Status;
use agentgen::broker::Broker;
use agentgen::queue::Consumer;
use agentgen::testing::probe::{Job, Probe};

#[tokio::main]
async fn main() -> Result<(), Status> {
    let mut arguments = std::env::args().skip(1);
    let usage = || Status::invalid_argument("usage: queue-worker BROKER_URL LOG");
    let (url, log) = arguments.next().zip(arguments.next()).ok_or_else(usage)?;
    let broker = Broker::open(&url).await?;
    let log = OpenOptions::new().create(true).append(true).open(log);
    let log = Arc::new(log.map_err(|error| usage().with_source(error))?);
    let probe = Probe::new(move |_, job| handle(Arc::clone(&log), job));
    Consumer::new(broker).run(probe.into_dispatcher()).await
}

async fn handle(log: Arc<File>, job: Job) -> Result<Job, Status> {
    note(&log, "start", &job.name)?;
    tokio::time::sleep(Duration::from_millis(u64::from(job.size))).await;
    if job.name.starts_with("poison") {
        std::process::abort();
    }
    note(&log, "effect", &job.name)?;
    // Long enough for a kill between the effect and the ack.
    tokio::time::sleep(Duration::from_millis(5)).await;
    Ok(job)
}

/// Appends a line in one write, which no kill can tear.
fn note(mut log: &File, what: &str, name: &str) -> Result<(), Status> {
    let line = format!("{what} {name}\n");
    let written = log.write_all(line.as_bytes());
    written.map_err(|error| Status::internal("the log").with_source(error))
}
