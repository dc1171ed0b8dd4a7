//! A process for tests to kill: `ledger-writer LEDGER_URL`.
//!
//! It writes entries, eight at a time, and prints the key and the revision of each
//! once it is accepted.

use std::io::Write as _;

use agentgen::Status;
use agentgen::testing::ledger::Ledger;
use futures_util::future::try_join_all;

#[tokio::main]
async fn main() -> Result<(), Status> {
    let url = std::env::args().nth(1);
    let url = url.ok_or_else(|| Status::invalid_argument("usage: ledger-writer LEDGER_URL"))?;
    let ledger = Ledger::open(&url).await?;
    for round in 0.. {
        try_join_all((0..8).map(|number| write(&ledger, round * 8 + number))).await?;
    }
    Ok(())
}

async fn write(ledger: &Ledger, number: u64) -> Result<(), Status> {
    let key = format!("a/jobs/g/{number}");
    let revision = ledger.write(&key, &number.to_string(), 0).await?.unwrap_or_default();
    let line = format!("{key} {revision}\n");
    let written = std::io::stdout().lock().write_all(line.as_bytes());
    written.map_err(|error| Status::internal("standard output").with_source(error))
}
