//! A worker process is killed in the middle of its deliveries, again and
//! again: what was accepted is handled or dead-lettered, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use agentgen::Context;
use agentgen::broker::{Broker, Capability};
use agentgen::queue::{Client, SendOptions, dead_letters};
use agentgen::testing::probe::{INFO, Job, RUN};
use tokio::process::{Child, Command};

use crate::sqlite::fresh_file;

const JOBS: usize = 300;
const POISONS: usize = 2;
const KILLS: usize = 5;
const SOON: Duration = Duration::from_secs(100);
/// What the probe's contract allows at once.
pub(crate) const CONCURRENCY: usize = 4;
pub(crate) const SUBJECT: &str = "probe.run";

pub(crate) fn worker(url: &str, log: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_queue-worker"));
    command.arg(url).arg(log).kill_on_drop(true).stderr(Stdio::null());
    command.spawn().expect("the worker starts")
}

/// Sends every job once, every tenth one three times.
async fn send_all(broker: &Broker) -> BTreeSet<String> {
    let client = Client::new(broker.clone());
    let mut accepted = BTreeSet::new();
    for number in 0..JOBS + POISONS {
        let poison = number % (JOBS / POISONS) == 20;
        let name = format!("{}-{number}", if poison { "poison" } else { "job" });
        let job = Job::new(&name, u32::try_from(number % 20).unwrap_or_default());
        let context = Context::new().with_idempotency_key(&name);
        for _ in 0..if number % 10 == 3 { 3 } else { 1 } {
            let options = SendOptions::default();
            client.send(&INFO, RUN, &context, &job, options).await.expect("accepted");
        }
        accepted.insert(name);
    }
    accepted
}

/// How often each name has a line of this kind.
pub(crate) fn lines(log: &Path, kind: &str) -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let kind = format!("{kind} ");
    let mut counts = BTreeMap::new();
    for rest in text.lines().filter_map(|line| line.strip_prefix(&kind)) {
        let name = rest.split(' ').next().unwrap_or_default();
        *counts.entry(name.to_owned()).or_default() += 1;
    }
    counts
}

/// Whether nothing is left. A broker that cannot see what another process holds is asked
/// for longer than a worker holds anything.
pub(crate) async fn is_drained(broker: &Broker) -> bool {
    for _ in 0..if broker.capabilities().has(Capability::ExactDepth) { 1 } else { 40 } {
        match broker.depth(SUBJECT).await {
            Ok(depth) if depth.total() == 0 => {}
            // Asked again: a server that is busy may not say.
            Err(error) if !error.is_retryable() => panic!("the depth: {error}"),
            _ => return false,
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    true
}

/// Kills workers while they are at it, and replaces those that die; then lets
/// one finish.
async fn run_and_kill(broker: &Broker, url: &str, log: &Path) {
    let mut child = worker(url, log);
    let mut kills = 0;
    let finished = async {
        while !is_drained(broker).await {
            let handled = lines(log, "effect").len();
            if kills < KILLS && handled >= (kills + 1) * JOBS / (KILLS + 1) {
                kills += 1;
                child.kill().await.expect("the kill");
            }
            if child.try_wait().expect("the worker's state").is_some() {
                child = worker(url, log);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let in_time = tokio::time::timeout(SOON, finished).await;
    assert!(in_time.is_ok(), "not drained: {:?}", broker.depth(SUBJECT).await);
    assert_eq!(kills, KILLS, "the queue was empty before every kill was done");
}

/// Kills workers over the broker at this URL, which has to accept duplicates.
pub(crate) async fn killed_workers_lose_nothing_and_only_poison_dies(url: &str, log: &Path) {
    let broker = Broker::open(url).await.expect("the broker opens");
    let accepted = send_all(&broker).await;
    run_and_kill(&broker, url, log).await;

    let dead = dead_letters(&broker, "probe.run.dead", 0, 1000).await.expect("the dead letters");
    let poisons: BTreeSet<_> =
        accepted.iter().filter(|name| name.starts_with("poison")).cloned().collect();
    assert_eq!(poisons.len(), POISONS);
    let mut buried = BTreeSet::new();
    for letter in &dead {
        assert_eq!(letter.reason, "CRASHED", "{letter:?}");
        let name = letter.headers.get("idempotency-key").unwrap_or_default();
        assert!(poisons.contains(name), "{name} is innocent, and was dead-lettered: {letter:?}");
        buried.insert(name.to_owned());
    }
    assert_eq!(buried, poisons, "a poison is missing");

    let effects = lines(log, "effect");
    let handled: BTreeSet<_> = effects.keys().cloned().collect();
    let expected: BTreeSet<_> = accepted.difference(&poisons).cloned().collect();
    assert_eq!(handled, expected, "something was lost");
    // Only what was in hand at a death may have had its effect without an ack.
    let deaths = KILLS
        + lines(log, "start")
            .iter()
            .filter(|(name, _)| poisons.contains(*name))
            .map(|(_, starts)| starts)
            .sum::<usize>();
    let repeated: usize = effects.values().map(|count| count - 1).sum();
    assert!(repeated <= deaths * CONCURRENCY, "{repeated} effects too many at {deaths} deaths");
    let starts: usize = lines(log, "start").values().sum();
    let innocent_starts = starts - (deaths - KILLS);
    assert!(innocent_starts <= JOBS + deaths * CONCURRENCY, "{innocent_starts} starts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_workers_lose_nothing() {
    let (file, log) = (fresh_file("kill"), fresh_file("kill-log"));
    // Duplicates are to reach the consumer: no dedupe at the door.
    let url = format!("sqlite:{}?dedupe_window=0", file.display());
    killed_workers_lose_nothing_and_only_poison_dies(&url, &log).await;
}
