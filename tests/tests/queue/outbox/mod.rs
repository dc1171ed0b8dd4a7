//! Outboxes in `SQLite` and `PostgreSQL`: what is committed is published, once
//! and in order, whatever becomes of the process that does it; what is rolled
//! back is not.

mod database;
mod kill;

use std::time::Duration;

use agentgen::broker::{Broker, Stored};
use agentgen::outbox::{Outbox, Relay};
use agentgen::queue::{Claims, FolderClaims, names};
use agentgen::testing::probe::Job;
use tokio_util::sync::CancellationToken;

use self::database::Database;
use crate::server;
use crate::sqlite::fresh_file;

const SOON: Duration = Duration::from_secs(60);

/// A broker of this test alone.
fn broker_url(name: &str) -> String {
    format!("sqlite:{}?dedupe_window=3600", fresh_file(name).display())
}

fn job(stored: &Stored) -> Job {
    prost::Message::decode(stored.body.clone()).expect("a job")
}

async fn published(broker: &Broker, subject: &str) -> Vec<Job> {
    let stored = broker.browse(subject, 0, 10_000).await.expect("the messages");
    stored.iter().map(job).collect()
}

async fn emptied(database: &Database) {
    let empty = async {
        while database.waiting().await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let in_time = tokio::time::timeout(SOON, empty).await;
    assert!(in_time.is_ok(), "{} messages are left in the outbox", database.waiting().await);
}

/// Runs a relay while `work` goes on.
async fn relayed<T>(relay: Relay, work: impl Future<Output = T>) -> T {
    let stop = CancellationToken::new();
    let running = tokio::spawn(relay.run(stop.clone()));
    let done = work.await;
    stop.cancel();
    running.await.expect("the relay ends well");
    done
}

async fn what_is_committed_is_published(database: Database, name: &str) {
    let broker = Broker::open(&broker_url(name)).await.expect("the broker opens");
    database.create().await;
    let (outbox, key) = (Outbox::new(), Some("order-1"));
    database.write(&outbox, &[Job::new("kept", 1), Job::new("kept", 2)], key, true).await;
    database.write(&outbox, &[Job::new("gone", 1)], None, false).await;
    assert_eq!(database.waiting().await, 2);
    let relay = database.relay(broker.clone());
    let progress = relay.progress();
    relayed(relay, emptied(&database)).await;
    // The second one has the idempotency key of the first.
    assert_eq!(published(&broker, "probe.run").await, [Job::new("kept", 1)]);
    assert_eq!((progress.borrow().published, progress.borrow().refused), (2, 0));
    let stored = broker.browse("probe.run", 0, 1).await.expect("the message");
    assert_eq!(stored[0].headers.get(names::IDEMPOTENCY_KEY), Some("order-1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_to_sqlite_is_published_and_what_is_rolled_back_is_not() {
    let database = Database::Sqlite(fresh_file("outbox-commit"));
    what_is_committed_is_published(database, "outbox-commit-broker").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_to_postgresql_is_published_and_what_is_rolled_back_is_not() {
    let server = server::postgresql();
    let database = Database::connect(server.port).await;
    what_is_committed_is_published(database, "outbox-pg-commit-broker").await;
}

/// What the broker never takes is kept apart with the reason, and holds nobody
/// up; with a place for large bodies it is taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_the_broker_never_takes_holds_nobody_up() {
    let server = server::nats();
    let broker = Broker::open(&format!("nats://127.0.0.1:{}", server.port)).await;
    let broker = broker.expect("the broker opens");
    let large = "x".repeat(broker.max_message().expect("a limit"));
    let path = fresh_file("outbox-large");
    let database = Database::Sqlite(path.clone());
    database.create().await;
    let jobs = [Job::new(large, 1), Job::new("small", 1)];
    database.write(&Outbox::new(), &jobs, None, true).await;
    let relay = database.relay(broker.clone());
    let progress = relay.progress();
    relayed(relay, async {
        let mut progress = progress.clone();
        let refused = progress.wait_for(|progress| progress.refused == 1);
        tokio::time::timeout(SOON, refused).await.expect("in time").expect("the relay runs");
    })
    .await;
    assert_eq!(published(&broker, "probe.run").await, [Job::new("small", 1)]);
    let edit = rusqlite::Connection::open(&path).expect("the database");
    let reason: String = edit
        .query_row("SELECT error FROM agentgen_outbox", [], |row| row.get(0))
        .expect("one row is kept");
    assert!(reason.contains("larger than the broker takes"), "{reason}");

    edit.execute("UPDATE agentgen_outbox SET error = NULL", []).expect("it is tried again");
    let folder = tempfile::tempdir().expect("a folder");
    let claims = Claims::new(FolderClaims::new(folder.path()), usize::MAX);
    let relay = database.relay(broker.clone()).claims(claims);
    relayed(relay, emptied(&database)).await;
    assert_eq!(broker.depth("probe.run").await.expect("the depth").total(), 2);
}

/// A name that the broker cannot have concerns one message, and no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subject_that_the_broker_refuses_holds_nobody_up() {
    let server = server::rabbitmq();
    let ledger = fresh_file("outbox-refused-ledger");
    let url = format!("amqp://127.0.0.1:{}?ledger=sqlite:{}", server.port, ledger.display());
    let broker = Broker::open(&url).await.expect("the broker opens");
    let path = fresh_file("outbox-refused");
    let database = Database::Sqlite(path.clone());
    database.create().await;
    let nowhere = Outbox::new().in_namespace(&"x".repeat(300));
    database.write(&nowhere, &[Job::new("nowhere", 1)], None, true).await;
    database.write(&Outbox::new(), &[Job::new("kept", 1)], None, true).await;
    let relay = database.relay(broker.clone());
    let progress = relay.progress();
    relayed(relay, async {
        let mut progress = progress.clone();
        let settled =
            progress.wait_for(|progress| (progress.refused, progress.published) == (1, 1));
        tokio::time::timeout(SOON, settled).await.expect("in time").expect("the relay runs");
    })
    .await;
    let edit = rusqlite::Connection::open(&path).expect("the database");
    let reason: String = edit
        .query_row("SELECT error FROM agentgen_outbox", [], |row| row.get(0))
        .expect("one row is kept");
    assert!(reason.contains("longer than the 255 bytes"), "{reason}");
    assert_eq!(broker.depth("probe.run").await.expect("the depth").total(), 1);
}
