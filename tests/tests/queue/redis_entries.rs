//! What other programs leave in the streams of Redis: it is worked on or dead-lettered,
//! and nobody is held up, or lost, over it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use agentgen::Metadata;
use agentgen::broker::{Broker, DAMAGE, Publish, RAW, Settlement, Subscription};
use agentgen::queue::{Consumer, Foreign, Options, dead_letters};
use agentgen::testing::probe::{Job, Probe};
use redis::aio::MultiplexedConnection;

use crate::server::{self, Server};

const STREAM: &str = "agentgen:on:probe.run:any";
const LEASE: Duration = Duration::from_secs(1);

fn url(server: &Server) -> String {
    format!("redis://127.0.0.1:{}", server.port)
}

/// A connection as anybody has it.
async fn plain(server: &Server) -> MultiplexedConnection {
    let client = redis::Client::open(url(server)).expect("an address");
    client.get_multiplexed_async_connection().await.expect("a connection")
}

async fn add(connection: &mut MultiplexedConnection, fields: &[(&str, &str)]) {
    let mut command = redis::cmd("XADD");
    command.arg(STREAM).arg("*");
    for (name, value) in fields {
        command.arg(name).arg(value);
    }
    command.exec_async(connection).await.expect("an entry");
}

async fn until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let since = Instant::now();
    while !holds().await {
        assert!(since.elapsed() < Duration::from_secs(30), "{what}: never");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_cannot_be_read_is_dead_lettered_and_holds_nobody_up() {
    let server = server::redis();
    let broker = Broker::open(&url(&server)).await.expect("the broker opens");
    let mut other = plain(&server).await;
    add(&mut other, &[("h", "garbage"), ("b", "kept")]).await;
    add(&mut other, &[("data", "{}"), ("n", "1")]).await;
    add(&mut other, &[("x", "abc"), ("b", r#"{"name":"odd","size":1}"#)]).await;
    add(&mut other, &[("b", r#"{"name":"good","size":1}"#)]).await;
    let listed = broker.browse("probe.run", 0, 10).await.expect("all can be looked at");
    assert_eq!(listed.len(), 4);

    let done = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&done);
    let probe = Probe::new(move |_, job: Job| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).push(job.name.clone());
        async move { Ok(job) }
    });
    let options = Options::default().foreign(Foreign::ByMessage);
    let consumer = Consumer::with_options(broker.clone(), options);
    let consumer = tokio::spawn(consumer.run(probe.into_dispatcher()));
    until("the subject is empty", || async {
        broker.depth("probe.run").await.expect("a depth").total() == 0
    })
    .await;
    assert!(!consumer.is_finished(), "the consumer has ended");
    let mut names = done.lock().unwrap_or_else(PoisonError::into_inner).clone();
    names.sort_unstable();
    assert_eq!(names, ["good", "odd"]);

    let letters = dead_letters(&broker, "probe.run.dead", 0, 10).await;
    let mut letters = letters.expect("the letters");
    letters.sort_by_key(|letter| letter.body.is_empty());
    let reasons: Vec<_> = letters.iter().map(|letter| letter.reason.as_str()).collect();
    assert_eq!(reasons, ["UNDECODABLE"; 2]);
    assert!(letters[0].message.contains("headers are damaged"), "{:?}", letters[0]);
    assert_eq!(&letters[0].body[..], b"kept");
    assert_eq!(letters[0].headers.get(RAW), Some(r#"[["h","garbage"]]"#));
    assert_eq!(letters[1].headers.get(RAW), Some(r#"[["data","{}"],["n","1"]]"#));
    consumer.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_of_the_ledger_that_cannot_be_read_holds_nobody_up() {
    let server = server::redis();
    let broker = Broker::open(&url(&server)).await.expect("the broker opens");
    let group = || broker.subscribe(Subscription::new("probe.run", "g", LEASE));
    let mut first = group().await.expect("the group is joined");
    broker.publish(Publish::new("probe.run", Metadata::new(), "a")).await.expect("it is stored");
    let delivery = first.next(1).await.expect("a delivery").remove(0);
    delivery.start(None).await.expect("it begins");
    // As if its process had died.
    std::mem::forget(delivery);
    let mut other = plain(&server).await;
    let keys: Vec<String> =
        redis::cmd("KEYS").arg("agentgen:ledger:a/*").query_async(&mut other).await.expect("keys");
    let [key] = keys.as_slice() else { panic!("entries: {keys:?}") };
    let entry: String = redis::cmd("GET").arg(key).query_async(&mut other).await.expect("it");
    let (revision, _) = entry.split_once(':').expect("a revision and a value");
    let mut damage = redis::cmd("SET");
    damage.arg(key).arg(format!("{revision}:garbage"));
    damage.exec_async(&mut other).await.expect("it is damaged");
    let again = tokio::time::timeout(Duration::from_secs(20), first.next(1)).await;
    let again = again.expect("it comes again in time").expect("a delivery").remove(0);
    let damage = again.headers.get(DAMAGE).expect("it is marked");
    assert!(damage.contains("ledger"), "{damage}");
    again.ack().await.expect("it can be settled");
    assert_eq!(broker.depth("probe.run").await.expect("a depth").total(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_another_client_has_read_comes_after_a_lease() {
    let server = server::redis();
    let broker = Broker::open(&url(&server)).await.expect("the broker opens");
    let group = broker.subscribe(Subscription::new("probe.run", "g", LEASE)).await;
    let mut group = group.expect("the group is joined");
    broker.publish(Publish::new("probe.run", Metadata::new(), "a")).await.expect("it is stored");
    let mut other = plain(&server).await;
    let mut read = redis::cmd("XREADGROUP");
    read.arg(&["GROUP", "g", "somebody", "STREAMS", STREAM, ">"]);
    read.exec_async(&mut other).await.expect("it is read");
    let next = tokio::time::timeout(Duration::from_secs(10), group.next(1)).await;
    let next = next.expect("it comes in time").expect("a delivery").remove(0);
    assert_eq!(&next.body[..], b"a");
    next.ack().await.expect("it is acknowledged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_follows_a_deleted_stream_reaches_its_group() {
    let server = server::redis();
    let broker = Broker::open(&url(&server)).await.expect("the broker opens");
    let group = broker.subscribe(Subscription::new("probe.run", "g", LEASE)).await;
    let mut group = group.expect("the group is joined");
    let mut other = plain(&server).await;
    for (key, body) in [(None, "a"), (Some("k"), "b")] {
        for lane in ["any", "0", "1", "2", "3"] {
            let mut delete = redis::cmd("DEL");
            delete.arg(format!("agentgen:on:probe.run:{lane}"));
            delete.exec_async(&mut other).await.expect("it is deleted");
        }
        let message = Publish {
            ordering_key: key.map(str::to_owned),
            ..Publish::new("probe.run", Metadata::new(), body)
        };
        broker.publish(message).await.expect("it is stored");
        let next = tokio::time::timeout(Duration::from_secs(10), group.next(1)).await;
        let next = next.unwrap_or_else(|_| panic!("`{body}` is lost")).expect("a delivery");
        assert_eq!(&next[0].body[..], body.as_bytes());
        next[0].ack().await.expect("it is acknowledged");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_keys_of_a_killed_caller_expire() {
    let server = server::redis();
    let broker = Broker::open(&url(&server)).await.expect("the broker opens");
    let subject = "agentgen.reply.killed";
    let mut subscription = Subscription::new(subject, "caller", LEASE);
    subscription.ephemeral = true;
    let mut caller = broker.subscribe(subscription).await.expect("it waits for replies");
    broker.publish(Publish::new(subject, Metadata::new(), "a")).await.expect("it is stored");
    std::mem::forget(caller.next(1).await.expect("a reply"));
    // Killed, it says nothing more.
    std::mem::forget(caller);
    let mut other = plain(&server).await;
    let keys: Vec<String> =
        redis::cmd("KEYS").arg("*agentgen.reply.*").query_async(&mut other).await.expect("keys");
    assert!(keys.len() >= 6, "{keys:?}");
    for key in keys {
        let left: i64 =
            redis::cmd("PTTL").arg(&key).query_async(&mut other).await.expect("its time");
        assert!((1..=600_000).contains(&left), "`{key}` expires in {left} ms");
    }
}

#[tokio::test]
async fn a_verifying_publisher_makes_no_stream() {
    let server = server::redis();
    let verifier = Broker::open(&format!("{}?topology=verify", url(&server))).await;
    let verifier = verifier.expect("the broker opens");
    let work = || Publish::new("probe.run", Metadata::new(), "a");
    let error = verifier.publish(work()).await.expect_err("a stream was made");
    assert!(error.to_string().contains("`topology=verify` makes none"), "{error}");
    let maker = Broker::open(&url(&server)).await.expect("the broker opens");
    maker.publish(work()).await.expect("it is stored");
    verifier.publish(work()).await.expect("its stream is there");
    assert_eq!(maker.depth("probe.run").await.expect("a depth").total(), 2);
}

#[tokio::test]
async fn an_entry_that_somebody_else_acknowledged_goes_when_its_work_is_done() {
    let server = server::redis();
    let broker = Broker::open(&url(&server)).await.expect("the broker opens");
    let group = Subscription::new("probe.run", "workers", Duration::from_secs(30));
    let mut subscriber = broker.subscribe(group).await.expect("the group is joined");
    let publish = Publish::new("probe.run", Metadata::new(), "x".to_owned());
    broker.publish(publish).await.expect("it is published");
    let delivery = subscriber.next(1).await.expect("a delivery").remove(0);
    let mut other = plain(&server).await;
    let mut entries = redis::cmd("XRANGE");
    entries.arg(STREAM).arg("-").arg("+");
    let found: Vec<(String, Vec<String>)> = entries.query_async(&mut other).await.expect("entries");
    let mut acknowledge = redis::cmd("XACK");
    acknowledge.arg(STREAM).arg("workers").arg(&found[0].0);
    assert_eq!(acknowledge.query_async::<u32>(&mut other).await, Ok(1));
    let done = Settlement::Done { publish: Vec::new(), remember: None };
    delivery.settle(done).await.expect("it is held here");
    let left: u32 = redis::cmd("XLEN").arg(STREAM).query_async(&mut other).await.expect("a length");
    assert_eq!(left, 0);
}
