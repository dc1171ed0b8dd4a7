//! F2, with handlers that run for longer than anybody is held back for: who may have
//! killed a process is found out without harm to those beside it, and without stopping
//! them for longer than that.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use agentgen::broker::{Broker, Subscription};
use agentgen::queue::{Client, Options, SendOptions, dead_letters};
use agentgen::service::Call;
use agentgen::testing::probe::{INFO, Job, ORDERED, RUN};
use agentgen::{Context, Status};
use tokio::sync::watch;

use super::case::{SUBJECTS, left};
use super::crew::Crew;
use super::local::{LEASE, Local, until};
use super::log;
use super::place::{Place, own_file};

const INNOCENTS: u32 = 3;
const DEAD: &str = "probe.run.dead";

/// Of the poison, in milliseconds, and of all others: both longer than the patience, and
/// nobody has an effect before the poison kills it.
const FATAL: u32 = 900;
const LONG: u32 = 1200;
const PATIENCE: Duration = Duration::from_millis(400);

async fn send(client: &Client, method: usize, name: &str, size: u32) {
    let (context, job) = (Context::new().with_idempotency_key(name), Job::new(name, size));
    let sent = client.send(&INFO, method, &context, &job, SendOptions::default()).await;
    sent.expect("accepted");
}

pub(crate) async fn a_poison_beside_long_handlers_is_buried_alone(place: impl Fn() -> Place) {
    let (place, log) = (place(), own_file("suspects-log"));
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let client = Client::new(broker.clone());
    for number in 0..INNOCENTS {
        send(&client, RUN, &format!("slow-{number}"), LONG).await;
    }
    send(&client, RUN, "poison", FATAL).await;
    let mut crew = Crew::new(&place.url(), &log, 16).with_patience(PATIENCE);
    crew.hire(1);
    let drained = async {
        while left(&broker).await > 0 || !is_done(&broker, &log).await {
            crew.replace();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(120), drained).await;
    let lines = log::read(&log);
    assert!(in_time.is_ok(), "not drained: {:?}", log::count(&lines, "start"));
    crew.dismiss().await;
    let dead = dead_letters(&broker, DEAD, 0, 100).await.expect("dead letters");
    let names: Vec<_> = dead.iter().map(|letter| letter.headers.get("idempotency-key")).collect();
    assert_eq!(names, [Some("poison")], "{dead:?}");
    assert_eq!((&*dead[0].reason, dead[0].history.crashes), ("CRASHED", 5));
    let expected: BTreeMap<_, _> =
        (0..INNOCENTS).map(|number| (format!("slow-{number}"), 1)).collect();
    assert_eq!(log::count(&lines, "effect"), expected);
}

/// Whether all have come to an end: not every broker sees what another process holds.
async fn is_done(broker: &Broker, log: &Path) -> bool {
    let handled = log::count(&log::read(log), "effect").len() == INNOCENTS as usize;
    handled && !dead_letters(broker, DEAD, 0, 1).await.expect("dead letters").is_empty()
}

/// Publishes work as if its first attempt had died with its process.
async fn send_suspect(broker: &Broker, client: &Client, name: &str) {
    send(client, RUN, name, 0).await;
    let subscription = Subscription::new(SUBJECTS[0], "probe", LEASE);
    let mut group = broker.subscribe(subscription).await.expect("the group is joined");
    let taken = group.next(1).await.expect("a delivery").remove(0);
    taken.start(None).await.expect("an attempt begins");
    std::mem::forget(taken);
    group.close().await.expect("the group is left");
}

/// What begins and ends, in its order: a name and its attempt.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<(String, u32)>>>);

impl Notes {
    fn note(&self, name: String, attempt: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((name, attempt));
    }

    fn all(&self) -> Vec<(String, u32)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn has(&self, name: &str) -> bool {
        self.all().iter().any(|(other, _)| other == name)
    }
}

/// A consumer whose `suspect` and `slow` jobs end when they are let go.
fn consumer(broker: &Broker, notes: &Notes, go: &watch::Sender<bool>) -> Local {
    let (notes, go) = (notes.clone(), go.clone());
    let options = Options::default().patience(LEASE);
    Local::start(broker, options, move |context, job: Job| {
        let (notes, mut gone) = (notes.clone(), go.subscribe());
        async move {
            notes.note(job.name.clone(), context.attempt());
            if job.name != "quick" {
                gone.wait_for(|go| *go).await.map_err(|_| Status::internal("it is over"))?;
            }
            notes.note(format!("{} ends", job.name), context.attempt());
            Ok(job)
        }
    })
}

fn started(pairs: &[(&str, u32)]) -> Vec<(String, u32)> {
    pairs.iter().map(|(name, attempt)| ((*name).to_owned(), *attempt)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspect_stops_other_work_no_longer_than_it_may() {
    let broker = Broker::open("memory:").await.expect("the broker opens");
    let (client, notes) = (Client::new(broker.clone()), Notes::default());
    let go = watch::Sender::new(false);
    send_suspect(&broker, &client, "suspect").await;
    let consumer = consumer(&broker, &notes, &go);
    until("the suspect runs", async || notes.has("suspect")).await;
    let since = Instant::now();
    send(&client, ORDERED, "quick", 0).await;
    until("other work runs beside it", async || notes.has("quick ends")).await;
    assert!(since.elapsed() > LEASE / 2, "begun beside a suspect after {:?}", since.elapsed());
    assert!(!notes.has("suspect ends"));
    go.send_replace(true);
    until("all are handled", async || left(&broker).await == 0).await;
    let order = [("suspect", 2), ("quick", 1), ("quick ends", 1), ("suspect ends", 2)];
    assert_eq!(notes.all(), started(&order));
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspect_that_cannot_be_alone_waits_uncounted_and_lets_others_go_on() {
    let broker = Broker::open("memory:").await.expect("the broker opens");
    let (client, notes) = (Client::new(broker.clone()), Notes::default());
    let go = watch::Sender::new(false);
    send_suspect(&broker, &client, "suspect").await;
    let consumer = consumer(&broker, &notes, &go);
    send(&client, ORDERED, "slow", 0).await;
    until("a slow one runs", async || notes.has("slow")).await;
    // The suspect is back, and holds others back, after its lease.
    tokio::time::sleep(LEASE * 3 / 2).await;
    send(&client, RUN, "quick", 0).await;
    until("others go on", async || notes.has("quick ends")).await;
    // More than one round.
    tokio::time::sleep(LEASE * 4).await;
    assert!(!notes.has("suspect"), "{:?}", notes.all());
    go.send_replace(true);
    until("all are handled", async || left(&broker).await == 0).await;
    let order = [
        ("slow", 1),
        ("quick", 1),
        ("quick ends", 1),
        ("slow ends", 1),
        ("suspect", 2),
        ("suspect ends", 2),
    ];
    assert_eq!(notes.all(), started(&order));
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_suspect_asks_its_own_process_for_is_answered() {
    let broker = Broker::open("memory:").await.expect("the broker opens");
    let client = Client::new(broker.clone());
    send_suspect(&broker, &client, "suspect").await;
    let asks = client.clone();
    let answers: Arc<Mutex<Vec<String>>> = Arc::default();
    let answered = Arc::clone(&answers);
    let consumer = Local::start(&broker, Options::default(), move |context, job: Job| {
        let (client, answered) = (asks.clone(), Arc::clone(&answered));
        async move {
            // One that asks on, as it was asked.
            let next = match job.name.as_str() {
                "suspect" => Some(Job::new("first", 0)),
                "first" => Some(Job::new("second", 0)),
                _ => None,
            };
            if let Some(next) = next {
                let call = Call::Unary(Box::new(next));
                let reply = client.call(&INFO, ORDERED, &context.child(), call).await?;
                let reply: Job = reply.into_message()?;
                answered.lock().unwrap_or_else(PoisonError::into_inner).push(reply.name);
            }
            Ok(job)
        }
    });
    until("the suspect is handled", async || left(&broker).await == 0).await;
    let answers = answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(answers, ["second", "first"]);
    consumer.stop().await;
}
