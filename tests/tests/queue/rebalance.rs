//! Consumers of Kafka come and go all the time: partitions move between processes
//! while their messages are being handled, and nothing is handled twice, counted as
//! a crash or lost.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use agentgen::broker::Broker;
use agentgen::queue::{Client, Consumer, SendOptions, dead_letters};
use agentgen::service::Dispatcher;
use agentgen::testing::probe::{INFO, Job, Probe, RUN};
use agentgen::{Context, Status};
use tokio::task::JoinHandle;

use crate::{kafka, server};

const JOBS: usize = 240;
const MEMBERS: usize = 4;
const EVERY: Duration = Duration::from_secs(2);
const SOON: Duration = Duration::from_secs(120);

/// How often each job was begun.
type Starts = Arc<Mutex<BTreeMap<String, usize>>>;

/// A consumer with a connection of its own, as of another process.
struct Member {
    broker: Broker,
    dispatcher: Dispatcher,
    task: JoinHandle<Result<(), Status>>,
}

impl Member {
    async fn join(url: &str, starts: &Starts) -> Self {
        let broker = Broker::open(url).await.expect("the broker opens");
        let starts = Arc::clone(starts);
        let probe = Probe::new(move |_, job: Job| {
            *starts
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(job.name.clone())
                .or_default() += 1;
            async move {
                tokio::time::sleep(Duration::from_millis(u64::from(job.size))).await;
                Ok(job)
            }
        });
        let dispatcher = probe.into_dispatcher();
        let task = tokio::spawn(Consumer::new(broker.clone()).run(dispatcher.clone()));
        Self { broker, dispatcher, task }
    }

    async fn leave(self) {
        self.dispatcher.shutdown().cancel();
        self.task.await.expect("no panic").expect("the consumer drains");
        self.broker.close().await.expect("the broker closes");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_rebalances_repeats_nothing() {
    let (server, ledger) = (server::kafka(), server::redis());
    let url = kafka::url_with(&server, &format!("redis://127.0.0.1:{}", ledger.port));
    let broker = Broker::open(&url).await.expect("the broker opens");
    let client = Client::new(broker.clone());
    for number in 0..JOBS {
        let job =
            Job::new(format!("job-{number}"), 50 + u32::try_from(number % 8).unwrap_or(0) * 200);
        let sent = client.send(&INFO, RUN, &Context::new(), &job, SendOptions::default()).await;
        sent.expect("accepted");
    }
    let (starts, mut members) = (Starts::default(), VecDeque::new());
    for _ in 0..MEMBERS {
        members.push_back(Member::join(&url, &starts).await);
    }
    let (since, mut changes) = (Instant::now(), 0);
    while broker.depth("probe.run").await.expect("the depth").total() > 0 {
        assert!(since.elapsed() < SOON, "not drained: {:?}", broker.depth("probe.run").await);
        tokio::time::sleep(EVERY).await;
        members.push_back(Member::join(&url, &starts).await);
        let oldest = members.pop_front().expect("a member");
        oldest.leave().await;
        changes += 1;
    }
    for member in members {
        member.leave().await;
    }
    let starts = starts.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let again: Vec<_> = starts.iter().filter(|(_, count)| **count > 1).collect();
    assert!(changes >= 3, "the storm was over after {changes} changes");
    assert_eq!(starts.len(), JOBS, "something was lost");
    assert!(again.is_empty(), "begun again in {changes} changes: {again:?}");
    let dead = dead_letters(&broker, "probe.run.dead", 0, 10).await.expect("dead letters");
    assert!(dead.is_empty(), "an innocent was dead-lettered: {dead:?}");
}
