//! `RabbitMQ` between programs that know nothing of each other: messages without an id
//! of ours, calls by `reply_to`, and users who may declare nothing.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use agentgen::Context;
use agentgen::broker::{Broker, Publish, Subscription};
use agentgen::queue::{Client, Consumer, Foreign, Format, Options};
use agentgen::service::Call;
use agentgen::testing::probe::{INFO, Job, Probe, RUN};
use agentgen_tests::environment::python_script;
use lapin::BasicProperties;
use lapin::options::BasicPublishOptions;
use tokio::process::Command;

use crate::rabbitmq::{plain, url};
use crate::server::{self, Server};

const SOON: Duration = Duration::from_secs(60);

/// Users `guest` and `worker` with the password `guest`; the latter may not configure
/// anything.
fn users(folder: &Path) -> String {
    let definitions = r#"{
        "vhosts": [{ "name": "/" }],
        "users": [
            { "name": "guest", "tags": "administrator", "password_hash": "AQIDBEMMOXwY6PKx/JKP9PAqfsb4ozuD0Ta3pxxa9gEYBMmD",
              "hashing_algorithm": "rabbit_password_hashing_sha256" },
            { "name": "worker", "tags": "", "password_hash": "AQIDBEMMOXwY6PKx/JKP9PAqfsb4ozuD0Ta3pxxa9gEYBMmD",
              "hashing_algorithm": "rabbit_password_hashing_sha256" }
        ],
        "permissions": [
            { "user": "guest", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*" },
            { "user": "worker", "vhost": "/", "configure": "^$", "write": ".*", "read": ".*" }
        ]
    }"#;
    let path = folder.join("definitions.json");
    std::fs::write(&path, definitions).expect("the folder of a server");
    format!("load_definitions = {}\n", path.display())
}

/// One server for all of it, since it takes long to start.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_of_other_programs_and_users_who_declare_nothing() {
    let server = Server::start("rabbitmq-foreign", |port, folder| {
        server::rabbitmq_command(port, folder, &users(folder))
    });
    equal_messages_are_worked_on_once_each(&server).await;
    a_call_by_reply_to_is_answered_and_made(&server).await;
    a_user_who_may_not_declare_works_on_what_is_there(&server).await;
}

/// What was worked on, with its attempt.
type Effects = Arc<Mutex<Vec<(String, u32)>>>;

fn effects(effects: &Effects) -> Vec<(String, u32)> {
    effects.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Two workers that share a ledger, as two processes of one machine do.
async fn workers(url: &str, done: &Effects) -> Vec<tokio::task::JoinHandle<()>> {
    let mut workers = Vec::new();
    for _ in 0..2 {
        let broker = Broker::open(url).await.expect("the broker opens");
        let done = Arc::clone(done);
        let probe = Probe::new(move |context, job: Job| {
            let done = Arc::clone(&done);
            async move {
                tokio::time::sleep(Duration::from_millis(300)).await;
                let effect = (job.name.clone(), context.attempt());
                done.lock().unwrap_or_else(PoisonError::into_inner).push(effect);
                Ok(job)
            }
        });
        let options = Options::default().foreign(Foreign::ByMessage);
        let consumer = Consumer::with_options(broker, options).run(probe.into_dispatcher());
        workers.push(tokio::spawn(async move { consumer.await.expect("it goes on") }));
    }
    workers
}

/// Thirty equal messages without an id are thirty pieces of work; two of one
/// `message_id` are one. Nothing crashes, so that no attempt is a second one.
async fn equal_messages_are_worked_on_once_each(server: &Server) {
    let url = url(server, "equal", "");
    let broker = Broker::open(&url).await.expect("the broker opens");
    let done = Effects::default();
    let workers = workers(&url, &done).await;
    ready(&broker).await;
    done.lock().unwrap_or_else(PoisonError::into_inner).clear();
    let channel = plain(server).await.create_channel().await.expect("a channel");
    let named = BasicProperties::default().with_message_id("one".into());
    let work =
        std::iter::repeat_n((r#"{"name":"equal","size":1}"#, BasicProperties::default()), 30);
    let work = work.chain(std::iter::repeat_n((r#"{"name":"named","size":1}"#, named), 2));
    for (body, properties) in work {
        let properties = properties.with_content_type("application/json".into());
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let (exchange, key) = ("equal".into(), "probe.run".into());
        let sent = channel.basic_publish(exchange, key, options, body.as_bytes(), properties);
        sent.await.expect("it is sent");
    }
    let since = Instant::now();
    while effects(&done).len() < 31 {
        assert!(since.elapsed() < SOON, "{:?}", effects(&done));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Longer than a lease, and than a duplicate waits for its original.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let mut found = effects(&done);
    found.sort_unstable();
    let mut expected = vec![("equal".to_owned(), 1); 30];
    expected.push(("named".to_owned(), 1));
    assert_eq!(found, expected);
    for subject in ["probe.run", "probe.run.dead"] {
        assert_eq!(broker.depth(subject).await.expect("a depth").total(), 0, "{subject}");
    }
    for worker in workers {
        worker.abort();
    }
}

/// The consumers have made their queues.
async fn ready(broker: &Broker) {
    let client = Client::new(broker.clone());
    let context = Context::new();
    let asked = client.call(&INFO, RUN, &context, Call::Unary(Box::new(Job::new("ready", 1))));
    tokio::time::timeout(SOON, asked).await.expect("a reply in time").expect("a reply");
}

/// `aio-pika` calls an agent over `reply_to`, and answers one that calls it so.
async fn a_call_by_reply_to_is_answered_and_made(server: &Server) {
    let url = url(server, "rpc", "");
    let broker = Broker::open(&url).await.expect("the broker opens");
    let workers = workers(&url, &Effects::default()).await;
    ready(&broker).await;
    let client = Client::new(broker).with_format(Format::Json).in_namespace("python");
    let address = format!("amqp://127.0.0.1:{}/", server.port);
    let mut peer = Command::from(python_script("rabbitmq_rpc.py"));
    peer.args([&address, "rpc"]).kill_on_drop(true);
    let answered = async {
        let context = Context::new();
        let call = Call::Unary(Box::new(Job::new("rust", 20)));
        let reply = client.call(&INFO, RUN, &context, call).await.expect("a reply of Python's");
        reply.into_message::<Job>().expect("a job")
    };
    let both = async { tokio::join!(peer.output(), answered) };
    let (output, reply) = tokio::time::timeout(SOON, both).await.expect("both end in time");
    let output = output.expect("Python runs");
    let (out, errors) = (output.stdout, String::from_utf8_lossy(&output.stderr).into_owned());
    assert_eq!(String::from_utf8_lossy(&out), "application/json call-1 python 1\n", "{errors}");
    assert_eq!(reply, Job::new("rust", 21));
    for worker in workers {
        worker.abort();
    }
}

/// What was declared by another is enough.
async fn a_user_who_may_not_declare_works_on_what_is_there(server: &Server) {
    let url = url(server, "declared", "");
    let lease = Duration::from_secs(30);
    let maker = Broker::open(&url).await.expect("the broker opens");
    for group in ["first", "second"] {
        let joined = maker.subscribe(Subscription::new("work", group, lease)).await;
        joined.expect("it is declared").close().await.expect("it leaves");
    }
    let verifier = url.replace("amqp://", "amqp://worker:guest@") + "&topology=verify";
    let verifier = Broker::open(&verifier).await.expect("the broker opens");
    let work = Publish::new("work", agentgen::Metadata::new(), "a");
    verifier.publish(work).await.expect("it is stored");
    for group in ["first", "second"] {
        let joined = verifier.subscribe(Subscription::new("work", group, lease)).await;
        let mut group = joined.expect("it is there");
        let next = tokio::time::timeout(SOON, group.next(1)).await.expect("it comes in time");
        next.expect("a delivery").remove(0).ack().await.expect("it is acknowledged");
    }
    let other = verifier.subscribe(Subscription::new("work", "third", lease)).await;
    let error = other.map(|_| ()).expect_err("a group that is not there");
    assert!(error.to_string().contains("`topology=verify` makes none"), "{error}");
}
