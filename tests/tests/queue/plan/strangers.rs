//! What others have made on a NATS server: consumers that look on, streams and consumers
//! in another form; and what the server's own limits are met with.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use agentgen::broker::{Broker, ErrorKind, Publish, Subscription};
use agentgen::queue::{Client, Options};
use agentgen::service::Call;
use agentgen::testing::probe::{INFO, Job, RUN};
use agentgen::{Context, Metadata};
use serde_json::{Value, json};

use super::local::{Local, until};
use super::nats_admin::ask;
use super::place::Place;

const STREAM: &str = "agentgen-of-probe=2erun";
const LEASE: Duration = Duration::from_secs(30);

fn last_number(port: u16) -> u64 {
    let info = ask(port, &format!("STREAM.INFO.{STREAM}"), &json!({}));
    info["state"]["last_seq"].as_u64().expect("the number of the last message")
}

/// Makes a durable consumer of the stream of `probe.run`.
fn add_consumer(port: u16, name: &str, more: &Value) {
    let mut config = json!({
        "durable_name": name,
        "ack_policy": "explicit",
        "deliver_policy": "all",
        "replay_policy": "instant"
    });
    for (name, value) in more.as_object().expect("an object") {
        config[name] = value.clone();
    }
    let request = json!({ "stream_name": STREAM, "config": config });
    ask(port, &format!("CONSUMER.DURABLE.CREATE.{STREAM}.{name}"), &request);
}

fn ack_wait(port: u16, consumer: &str) -> u64 {
    let info = ask(port, &format!("CONSUMER.INFO.{STREAM}.{consumer}"), &json!({}));
    info["config"]["ack_wait"].as_u64().expect("a time")
}

async fn join(url: &str, lease: Duration) -> Result<Broker, agentgen::broker::Error> {
    let broker = Broker::open(url).await.expect("the broker opens");
    broker.subscribe(Subscription::new("probe.run", "probe", lease)).await?;
    Ok(broker)
}

/// What another consumer has still to get is not published again, over and over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_of_all_lanes_has_nothing_handled_twice() {
    let place = Place::nats();
    let port = place.server().port;
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let count = Arc::new(AtomicU32::new(0));
    let handled = Arc::clone(&count);
    let consumer = Local::start(&broker, Options::default(), move |_, job| {
        handled.fetch_add(1, Ordering::Relaxed);
        async { Ok(job) }
    });
    until("the group is there", async || broker.depth("probe.run").await.is_ok()).await;
    let mut headers = Metadata::new();
    headers.insert("content-type", "application/json");
    let publish = async |name: &str| {
        let body = format!("{{\"name\": \"{name}\"}}");
        broker.publish(Publish::new("probe.run", headers.clone(), body)).await.expect("accepted");
    };
    publish("before").await;
    add_consumer(port, "audit", &json!({ "filter_subject": "agentgen.on.probe.run.*" }));
    for _ in 0..5 {
        publish("after").await;
    }
    until("all are handled", async || count.load(Ordering::Relaxed) == 6).await;
    // Longer than the first looks for what a killed server has lost.
    tokio::time::sleep(Duration::from_secs(8)).await;
    assert_eq!((count.load(Ordering::Relaxed), last_number(port)), (6, 6));
    assert_eq!(broker.depth("probe.run").await.expect("the depth").total(), 0);
    consumer.stop().await;
}

#[tokio::test]
async fn a_stream_that_loses_messages_is_refused_with_all_that_differs() {
    let place = Place::nats();
    let config = json!({
        "name": STREAM,
        "subjects": ["agentgen.on.probe.run.*"],
        "retention": "interest",
        "storage": "memory",
        "discard": "old",
        "max_msgs": 3,
        "max_consumers": -1,
        "max_bytes": -1,
        "max_age": 0,
        "num_replicas": 1
    });
    ask(place.server().port, &format!("STREAM.CREATE.{STREAM}"), &config);
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let message = Publish::new("probe.run", Metadata::new(), "a");
    let refused = broker.publish(message).await.expect_err("published into memory");
    let joined = join(&place.url(), LEASE).await.expect_err("joined in memory");
    for error in [refused, joined] {
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = error.to_string();
        for what in ["storage (Memory)", "discard policy", "max_msgs (3)"] {
            assert!(text.contains(what), "{what}: {text}");
        }
    }
}

#[tokio::test]
async fn a_consumer_that_strands_messages_is_refused_by_everybody() {
    let place = Place::nats();
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let message = || Publish::new("probe.run", Metadata::new(), "a");
    broker.publish(message()).await.expect("the stream is made");
    let filter = "agentgen.on.probe.run.any";
    let other =
        json!({ "max_deliver": 3, "filter_subject": filter, "ack_wait": 2_000_000_000_u64 });
    add_consumer(place.server().port, "probe-any", &other);
    let joined = join(&place.url(), LEASE).await.expect_err("joined");
    let other = Broker::open(&place.url()).await.expect("the broker opens");
    let published = other.publish(message()).await.expect_err("published");
    for error in [joined, published] {
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = error.to_string();
        assert!(text.contains("consumer `probe-any` exists with another"), "{text}");
        assert!(text.contains("max_deliver (3)") && text.contains("max_ack_pending"), "{text}");
    }
}

#[tokio::test]
async fn a_lease_is_never_shortened_for_others_and_only_verified_where_that_was_asked_for() {
    let place = Place::nats();
    let (port, url) = (place.server().port, place.url());
    let verifying = format!("{url}&topology=verify");
    let broker = Broker::open(&verifying).await.expect_err("the ledger was made");
    assert!(broker.to_string().contains("`topology=verify` makes none"), "{broker}");
    let _first = join(&url, LEASE).await.expect("the group is made");
    let made = ack_wait(port, "probe-any");
    let error = join(&verifying, LEASE * 2).await.expect_err("a longer lease was taken");
    assert!(error.to_string().contains("ack_wait"), "{error}");
    join(&verifying, LEASE / 2).await.expect("a shorter one is no harm");
    join(&url, LEASE / 2).await.expect("a shorter one is no harm");
    assert_eq!(ack_wait(port, "probe-any"), made);
    join(&url, LEASE * 2).await.expect("a longer one is safe for all");
    assert!(ack_wait(port, "probe-any") > made);
    let other = Broker::open(&verifying).await.expect("the broker opens");
    let published = other.publish(Publish::new("nobody", Metadata::new(), "a")).await;
    let error = published.expect_err("a stream was made");
    assert!(error.to_string().contains("`topology=verify` makes none"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_any_length_makes_two_requests_one() {
    let place = Place::nats();
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let count = Arc::new(AtomicU32::new(0));
    let handled = Arc::clone(&count);
    let consumer = Local::start(&broker, Options::default(), move |_, job| {
        handled.fetch_add(1, Ordering::Relaxed);
        async { Ok(job) }
    });
    let client = Client::new(broker);
    let context = Context::new().with_idempotency_key("a/b c".repeat(700));
    for _ in 0..2 {
        let call = client.call(&INFO, RUN, &context, Call::Unary(Box::new(Job::new("long", 1))));
        let reply = tokio::time::timeout(Duration::from_secs(10), call).await;
        reply.expect("a reply in time").expect("a reply");
    }
    assert_eq!(count.load(Ordering::Relaxed), 1);
    consumer.stop().await;
}

/// A server that was restarted may have another time: its clock is read again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_of_a_restarted_server_is_read_again() {
    let place = Place::nats();
    let server = place.server();
    let _broker = Broker::open(&place.url()).await.expect("the broker opens");
    let readings = || {
        let asked = json!({ "last_by_subj": "agentgen.ledger.a.clock" });
        let found = ask(server.port, "STREAM.MSG.GET.agentgen-ledger-a", &asked);
        found["message"]["seq"].as_u64().expect("a number")
    };
    let first = readings();
    server.kill();
    server.restart();
    until("another reading", async || {
        tokio::time::sleep(Duration::from_millis(200)).await;
        readings() > first
    })
    .await;
}
