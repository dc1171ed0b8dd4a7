//! A publishing process for tests to fault: `queue-publisher BROKER_URL LEDGER`.
//!
//! It publishes `job-0`, `job-1` and so on, eight at once, until it is killed. A
//! name that was accepted is in the ledger, on the disk, before the next one; one
//! that was refused is printed, and not tried again.

use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use agentgen::broker::Broker;
use agentgen::queue::{Client, SendOptions};
use agentgen::testing::probe::{INFO, Job, RUN};
use agentgen::{Context, Status};
use futures_util::future::try_join_all;

const AT_ONCE: usize = 8;

#[tokio::main]
async fn main() -> Result<(), Status> {
    let mut arguments = std::env::args().skip(1);
    let usage = || Status::invalid_argument("usage: queue-publisher BROKER_URL LEDGER");
    let (url, ledger) = arguments.next().zip(arguments.next()).ok_or_else(usage)?;
    let ledger = Arc::new(File::create(ledger).map_err(|error| usage().with_source(error))?);
    let client = Client::new(Broker::open(&url).await?);
    let next = AtomicUsize::new(0);
    try_join_all((0..AT_ONCE).map(|_| publish(&client, &ledger, &next))).await.map(|_| ())
}

async fn publish(client: &Client, ledger: &File, next: &AtomicUsize) -> Result<(), Status> {
    loop {
        let name = format!("job-{}", next.fetch_add(1, Ordering::Relaxed));
        let context = Context::new().with_idempotency_key(&name);
        let options = SendOptions::default();
        match client.send(&INFO, RUN, &context, &Job::new(&name, 1), options).await {
            Ok(_) => {
                let mut ledger = ledger;
                let written = ledger.write_all(format!("{name}\n").as_bytes());
                let written = written.and_then(|()| ledger.sync_data());
                written.map_err(|error| Status::internal("the ledger").with_source(error))?;
            }
            Err(status) => {
                println!("{name} {}", status.code().name());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}
