//! Ledgers: the contract of each, what is left by a process that is killed, and brokers
//! that use another one's.

use std::time::Duration;

use agentgen::broker::Broker;
use agentgen::testing::ledger::Ledger;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::server::{self, Server};
use crate::sqlite::fresh_file;

fn file() -> String {
    let name = std::thread::current().name().unwrap_or("ledger").replace("::", "-");
    format!("sqlite:{}", fresh_file(&name).display())
}

fn nats(server: &Server) -> String {
    format!("nats://127.0.0.1:{}", server.port)
}

fn redis(server: &Server) -> String {
    format!("redis://127.0.0.1:{}", server.port)
}

fn postgresql(server: &Server) -> String {
    format!("postgres://agentgen@127.0.0.1:{}/postgres", server.port)
}

mod in_a_file {
    agentgen::ledger_suite!(super::file());
}

mod in_nats {
    agentgen::ledger_suite!(super::nats(&crate::server::nats()));
}

mod in_redis {
    agentgen::ledger_suite!(super::redis(&crate::server::redis()));
}

mod in_postgresql {
    agentgen::ledger_suite!(super::postgresql(&crate::server::postgresql()));
}

/// Every entry that a killed process was told of is there, with its revision.
async fn a_killed_writer_leaves_what_was_accepted(url: &str) {
    let mut writer = Command::new(env!("CARGO_BIN_EXE_ledger-writer"));
    let writer = writer.arg(url).stdout(std::process::Stdio::piped()).kill_on_drop(true).spawn();
    let mut writer = writer.expect("the writer starts");
    let mut lines = BufReader::new(writer.stdout.take().expect("it was asked for")).lines();
    let mut accepted = Vec::new();
    while let Some(line) = lines.next_line().await.expect("the writer writes") {
        accepted.push(line);
        if accepted.len() == 200 {
            writer.kill().await.expect("the writer is killed");
        }
    }
    let ledger = Ledger::open(url).await.expect("the ledger opens again");
    assert!(accepted.len() >= 200);
    for line in &accepted {
        let (key, revision) = line.rsplit_once(' ').expect("a key and a revision");
        let number = key.rsplit('/').next().expect("a number").to_owned();
        let expected = (Some(number.into()), revision.parse().expect("a revision"));
        assert_eq!(ledger.read(key).await.expect("it is read"), expected);
    }
}

#[tokio::test]
async fn a_killed_process_loses_no_entry_of_any_ledger() {
    let servers = (server::nats(), server::redis(), server::postgresql());
    for url in [file(), nats(&servers.0), redis(&servers.1), postgresql(&servers.2)] {
        let work = a_killed_writer_leaves_what_was_accepted(&url);
        let in_time = tokio::time::timeout(Duration::from_secs(60), work).await;
        assert!(in_time.is_ok(), "{url}: not done in time");
    }
}

#[tokio::test]
async fn a_ledger_that_makes_no_sense_is_refused() {
    let server = server::redis();
    let file = fresh_file("no-ledger");
    let broker = Broker::open(&format!("sqlite:{}", file.display())).await.expect("a broker");
    broker.close().await.expect("it closes");
    for (ledger, reason) in [
        ("kept.db", "`ledger=kept.db` is no URL; known ledgers: `sqlite:`"),
        ("memory:", "`memory:` is no ledger; known ledgers: `sqlite:`"),
        ("sqlite:", "needs the path of a file"),
        ("sqlite:x.db%3Fsync=full", "unknown option `sync`"),
        (&format!("sqlite:{}", file.display()), "is a database, but no ledger of agentgen"),
        ("%ff", "is no UTF-8"),
    ] {
        let url = format!("{}?ledger={ledger}", redis(&server));
        let error = Broker::open(&url).await.expect_err(&url);
        assert!(error.to_string().contains(reason), "{url}: {error}");
    }
}

/// The whole suite, of a broker whose attempts and results are in a file.
mod of_another_broker {
    use std::sync::Arc;

    use agentgen::broker::{Broker, Capability};
    use agentgen::testing::Fixture;

    fn fixture() -> Fixture {
        let (server, file) = (Arc::new(crate::server::redis()), super::file());
        Fixture::new(move || {
            let url = format!("{}?dedupe_window=1&ledger={file}", super::redis(&server));
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
}
