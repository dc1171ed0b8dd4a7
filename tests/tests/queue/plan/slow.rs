//! F7: handlers that take ten times as long as their leases.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use agentgen::Context;
use agentgen::broker::{Broker, Subscription};
use agentgen::queue::{Client, Options, SendOptions};
use agentgen::testing::probe::{INFO, Job, RUN};

use super::case::{SUBJECTS, left};
use super::local::{LEASE, Local, until};
use super::place::Place;

/// Twice as many as one consumer works on at once.
const JOBS: usize = 8;

/// Ten leases.
const WORK: Duration = Duration::from_secs(10);

/// A suspect waits until the handlers beside it have ended, or they wait for it; who
/// waits keeps its lease.
pub(crate) async fn what_waits_for_its_turn_keeps_its_lease(place: impl Fn() -> Place) {
    let place = place();
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let client = Client::new(broker.clone());
    let send = async |name: &str| {
        let job = Job::new(name, 0);
        let sent = client.send(&INFO, RUN, &Context::new(), &job, SendOptions::default()).await;
        sent.expect("accepted");
    };
    // As if its first attempt had died.
    send("suspect").await;
    // Longer, so that the other one is there before it comes back.
    let subscription = Subscription::new(SUBJECTS[0], "probe", LEASE * 2);
    let mut group = broker.subscribe(subscription).await.expect("the group is joined");
    let taken = group.next(1).await.expect("a delivery").remove(0);
    let dead = Instant::now() + LEASE * 2;
    taken.start(None).await.expect("an attempt begins");
    std::mem::forget(taken);
    group.close().await.expect("the group is left");

    let begun = Arc::new(Mutex::new(Vec::new()));
    let names = Arc::clone(&begun);
    let consumer = Local::start(&broker, Options::default(), move |_, job: Job| {
        names.lock().unwrap_or_else(PoisonError::into_inner).push(job.name.clone());
        async move {
            tokio::time::sleep(LEASE * 6).await;
            Ok(job)
        }
    });
    let others = ["slow-1", "slow-2", "slow-3"];
    for name in others {
        send(name).await;
    }
    // Until then the attempt that died holds the suspect, and anybody may take it after.
    tokio::time::sleep_until((dead + LEASE).into()).await;
    let hands = others.len() as u64 + 1;
    let held = async || broker.depth(SUBJECTS[0]).await.expect("the depth").leased == hands;
    until("all are held", held).await;
    // Every hand of the consumer is full: what loses its lease comes to somebody else.
    let subscription = Subscription::new(SUBJECTS[0], "probe", LEASE);
    let mut somebody = broker.subscribe(subscription).await.expect("the group is joined");
    let taken = tokio::time::timeout(LEASE * 2, somebody.next(1)).await;
    assert!(taken.is_err(), "the lease of what waits has ended: {taken:?}");
    somebody.close().await.expect("the group is left");
    until("all are handled", async || left(&broker).await == 0).await;
    let mut begun = begun.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let alone = [begun.first(), begun.last()].contains(&Some(&"suspect".to_owned()));
    assert!(alone, "the suspect ran beside others: {begun:?}");
    begun.sort_unstable();
    assert_eq!(begun, ["slow-1", "slow-2", "slow-3", "suspect"]);
    consumer.stop().await;
}

pub(crate) async fn a_handler_of_ten_leases_runs_once(place: impl Fn() -> Place) {
    let place = place();
    let brokers = [place.url(), place.url()];
    let runs: Arc<Mutex<BTreeMap<String, usize>>> = Arc::default();
    let ended = Arc::new(AtomicUsize::new(0));
    let mut consumers = Vec::new();
    for url in &brokers {
        let broker = Broker::open(url).await.expect("the broker opens");
        let (runs, ended) = (Arc::clone(&runs), Arc::clone(&ended));
        consumers.push(Local::start(&broker, Options::default(), move |_, job: Job| {
            *runs
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(job.name.clone())
                .or_default() += 1;
            let ended = Arc::clone(&ended);
            async move {
                tokio::time::sleep(WORK).await;
                ended.fetch_add(1, Ordering::Relaxed);
                Ok(job)
            }
        }));
    }
    let broker = Broker::open(&brokers[0]).await.expect("the broker opens");
    let client = Client::new(broker.clone());
    for number in 0..JOBS {
        let job = Job::new(format!("slow-{number}"), 0);
        let sent = client.send(&INFO, RUN, &Context::new(), &job, SendOptions::default()).await;
        sent.expect("accepted");
    }
    // Not every broker sees what another's consumers hold.
    let handled = async || ended.load(Ordering::Relaxed) >= JOBS && left(&broker).await == 0;
    until("all are handled", handled).await;
    let runs = runs.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(runs.len(), JOBS);
    assert!(runs.values().all(|count| *count == 1), "redelivered while it ran: {runs:?}");
    for consumer in consumers {
        consumer.stop().await;
    }
}
