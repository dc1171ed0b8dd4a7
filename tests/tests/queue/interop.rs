//! Other people's clients at a queue: `nats-py` and `redis` publish work in every
//! envelope, and read replies and dead letters; a `FastStream` application calls
//! an agent, and is called in the place of one.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agentgen::broker::Broker;
use agentgen::queue::{Client, Consumer, Foreign, Format, Options};
use agentgen::service::{Call, Dispatcher};
use agentgen::testing::probe::{INFO, Job, Probe, RUN, RUNNING};
use agentgen::{Context, Status};
use agentgen_tests::environment::python_script;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::server;

const SOON: Duration = Duration::from_secs(60);

/// An agent that doubles, and what it was asked.
struct Agent {
    dispatcher: Dispatcher,
    asked: Arc<Mutex<BTreeSet<String>>>,
    task: tokio::task::JoinHandle<Result<(), Status>>,
}

impl Agent {
    fn start(broker: Broker) -> Self {
        let asked = Arc::new(Mutex::new(BTreeSet::new()));
        let seen = Arc::clone(&asked);
        let probe = Probe::new(move |_, job: Job| {
            seen.lock().unwrap_or_else(PoisonError::into_inner).insert(job.name.clone());
            async move { Ok(Job::new(job.name, job.size * 2)) }
        });
        let dispatcher = probe.into_dispatcher();
        let options = Options::default().foreign(Foreign::ByMessage);
        let task = tokio::spawn(Consumer::with_options(broker, options).run(dispatcher.clone()));
        Self { dispatcher, asked, task }
    }

    async fn was_asked(&self, name: &str) {
        let wait = async {
            while !self.asked.lock().unwrap_or_else(PoisonError::into_inner).contains(name) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        assert!(tokio::time::timeout(SOON, wait).await.is_ok(), "`{name}` was not handled");
    }

    async fn stop(self) {
        self.dispatcher.shutdown().cancel();
        self.task.await.expect("no panic").expect("the agent ends well");
    }
}

/// The consumer has made its subjects.
async fn ready(broker: &Broker) {
    let client = Client::new(broker.clone());
    let call = Call::Unary(Box::new(Job::new("ready", 1)));
    let context = Context::new();
    let asked = client.call(&INFO, RUN, &context, call);
    tokio::time::timeout(SOON, asked).await.expect("a reply in time").expect("a reply");
}

async fn peer_is_served(kind: &str, url: &str, port: u16) {
    let broker = Broker::open(url).await.expect("the broker opens");
    let agent = Agent::start(broker.clone());
    ready(&broker).await;
    let mut peer = Command::from(python_script("queue_peer.py"));
    peer.args([kind, &port.to_string()]).kill_on_drop(true);
    let output = tokio::time::timeout(SOON, peer.output()).await.expect("the peer ends in time");
    let output = output.expect("Python starts");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    for name in ["binary", "json", "structured", "foreign"] {
        agent.was_asked(name).await;
    }
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nats_py_publishes_work_and_reads_replies_and_dead_letters() {
    let server = server::nats();
    peer_is_served("nats", &format!("nats://127.0.0.1:{}", server.port), server.port).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_py_publishes_work_and_reads_replies_and_dead_letters() {
    let server = server::redis();
    peer_is_served("redis", &format!("redis://127.0.0.1:{}", server.port), server.port).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faststream_calls_an_agent_and_is_called_like_one() {
    let server = server::nats();
    let broker = Broker::open(&format!("nats://127.0.0.1:{}", server.port)).await;
    let broker = broker.expect("the broker opens");
    let agent = Agent::start(broker.clone());
    ready(&broker).await;
    let client = Client::new(broker).with_format(Format::Json).in_namespace("faststream");
    client.post(RUNNING, Job::new("early", 1)).await.expect("work for it makes its stream");

    let mut peer = Command::from(python_script("queue_faststream.py"));
    peer.arg(server.port.to_string()).kill_on_drop(true).stdout(Stdio::piped());
    let mut peer = peer.spawn().expect("Python starts");
    let mut lines = BufReader::new(peer.stdout.take().expect("its output")).lines();
    let told = tokio::time::timeout(SOON, async {
        while let Some(line) = lines.next_line().await.expect("its output is text") {
            if line.contains("the agent answered") {
                return;
            }
        }
        panic!("FastStream ended without an answer");
    });
    told.await.expect("the agent answers FastStream in time");

    let call = Call::Unary(Box::new(Job::new("rust", 41)));
    let context = Context::new();
    let asked = client.call(&INFO, RUN, &context, call);
    let reply = tokio::time::timeout(SOON, asked).await.expect("FastStream answers in time");
    let reply = reply.expect("a reply").into_message::<Job>().expect("a job");
    assert_eq!(reply, Job::new("rust by FastStream", 42));
    client.post(RUNNING, Job::new("stop", 0)).await.expect("it is told to stop");
    let ended = tokio::time::timeout(SOON, peer.wait()).await.expect("FastStream stops in time");
    assert!(ended.expect("its state").success());
    agent.stop().await;
}
