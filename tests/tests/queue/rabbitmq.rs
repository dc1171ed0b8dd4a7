//! `RabbitMQ` passes the suite, over one server for all of its promises, and keeps what only
//! it has to promise.

use std::sync::Arc;
use std::time::Duration;

use agentgen::Metadata;
use agentgen::broker::{Broker, Capability, ErrorKind, Publish, Subscription};
use agentgen::queue::Consumer;
use agentgen::testing::Fixture;
use agentgen::testing::probe::{Job, Probe};
use agentgen_tests::environment::python_script;

use crate::kill_broker::a_killed_broker_loses_nothing;
use crate::server::{self, Server};
use crate::sqlite::fresh_file;

/// A broker of this name on a server, with a ledger of its own.
pub(crate) fn url(server: &Server, name: &str, options: &str) -> String {
    let ledger = fresh_file(&format!("ledger-{name}"));
    let (port, ledger) = (server.port, ledger.display());
    format!("amqp://127.0.0.1:{port}?prefix={name}&ledger=sqlite:{ledger}{options}")
}

/// The server that one test gives to all promises.
fn fixture(server: &Arc<Server>, name: &str) -> Fixture {
    let (server, url) =
        (Arc::clone(server), url(server, name, "&dedupe_window=1&max_message=1048576"));
    Fixture::new(move || {
        let (server, url) = (Arc::clone(&server), url.clone());
        async move {
            let broker = Broker::open(&url).await;
            drop(server);
            broker
        }
    })
    .without(&[Capability::AtomicSettle, Capability::ExactDepth])
}

agentgen::broker_suite!(together {
    let server = Arc::new(server::rabbitmq());
    move |name| fixture(&server, name)
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing() {
    let server = server::rabbitmq();
    let url = url(&server, "server", "");
    a_killed_broker_loses_nothing(server, &url).await;
}

fn work(text: &'static str) -> Publish {
    Publish::new("work", Metadata::new(), text)
}

/// What is only asked of `RabbitMQ`, over one server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queues_pauses_and_other_peoples_clients() {
    let server = server::rabbitmq();
    a_client_in_python_sends_work_and_reads_results(&server).await;
    let made = url(&server, "made", "");
    crate::topology::a_group_is_made_or_verified(&made, &format!("{made}&topology=verify")).await;
    a_queue_in_another_form_is_refused(&server).await;
    a_long_pause_outlives_its_process(&server).await;
}

/// `aio-pika` publishes a `CloudEvent`, and gets the reply as one.
async fn a_client_in_python_sends_work_and_reads_results(server: &Server) {
    let broker = Broker::open(&url(server, "interop", "")).await.expect("the broker opens");
    let probe = Probe::new(|context, job| async move {
        assert_eq!(context.metadata().get("x-note"), Some("from Python"));
        Ok(Job::new(job.name, job.size * 2))
    });
    let consumer = tokio::spawn(Consumer::new(broker).run(probe.into_dispatcher()));
    let mut client = tokio::process::Command::from(python_script("rabbitmq_peer.py"));
    let url = format!("amqp://127.0.0.1:{}/", server.port);
    let output = client.args([&url, "interop"]).output().await.expect("Python runs");
    let (out, errors) = (output.stdout, String::from_utf8_lossy(&output.stderr).into_owned());
    assert_eq!(String::from_utf8_lossy(&out), "application/json python-1 ü 42\n", "{errors}");
    consumer.abort();
}

/// A queue that somebody else has made is refused by name, and left as it is.
async fn a_queue_in_another_form_is_refused(server: &Server) {
    let connection = plain(server).await;
    let channel = connection.create_channel().await.expect("a channel");
    let options = lapin::options::QueueDeclareOptions::durable();
    let table = lapin::types::FieldTable::default();
    channel.queue_declare("other.work".into(), options, table).await.expect("a classic queue");
    let broker = Broker::open(&url(server, "other", "")).await.expect("the broker opens");
    let error = broker.publish(work("a")).await.expect_err("a classic queue was taken");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("queue `other.work` exists in another form"), "{error}");
}

/// A message that waits for its next attempt does so on the server.
async fn a_long_pause_outlives_its_process(server: &Server) {
    use agentgen::broker::{Failure, Settlement};
    let url = url(server, "pause", "");
    let broker = Broker::open(&url).await.expect("the broker opens");
    let lease = Duration::from_secs(30);
    let group = broker.subscribe(Subscription::new("work", "g", lease)).await;
    let mut group = group.expect("the group is joined");
    broker.publish(work("a")).await.expect("it is stored");
    let delivery = group.next(1).await.expect("a delivery").remove(0);
    delivery.start(None).await.expect("it begins");
    let failure = Failure { attempt: 1, code: "UNAVAILABLE".into(), message: "no".into() };
    let delay = Duration::from_millis(1500);
    delivery.settle(Settlement::Retry { delay, failure }).await.expect("it is given back");
    let paused = std::time::Instant::now();
    drop(group);
    broker.close().await.expect("it closes");
    let broker = Broker::open(&url).await.expect("the broker opens");
    assert_eq!(broker.depth("work").await.expect("the depth").delayed, 1);
    let group = broker.subscribe(Subscription::new("work", "g", lease)).await;
    let mut group = group.expect("the group is joined");
    let delivery = group.next(1).await.expect("a delivery").remove(0);
    assert!(paused.elapsed() >= delay, "it came after {:?}", paused.elapsed());
    assert_eq!((delivery.history.starts, delivery.history.failures.len()), (1, 1));
    delivery.ack().await.expect("it is acknowledged");
}

/// A connection as anybody has it.
pub(crate) async fn plain(server: &Server) -> lapin::Connection {
    let uri = format!("amqp://127.0.0.1:{}/%2f", server.port);
    let connected = lapin::Connection::connect(&uri, lapin::ConnectionProperties::default()).await;
    connected.expect("a connection")
}
