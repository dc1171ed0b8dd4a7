//! Promises on consumers at work: at most so many at once, as long as needed,
//! and what becomes of their work when they end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::tools::{LEASE, Running, call, emptied, join, ok, send, take, until};
use crate::broker::History;
use crate::queue::{Client, Options};
use crate::testing::Fixture;
use crate::testing::probe::{Job, ORDERED, Probe, RUN};
use crate::{Code, Context, Status};

/// What a handler saw of itself.
#[derive(Clone, Default)]
struct Meter {
    runs: Arc<AtomicU32>,
    now: Arc<AtomicU32>,
    most: Arc<AtomicU32>,
}

impl Meter {
    fn enter(&self) {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
    }

    fn leave(&self) {
        self.now.fetch_sub(1, Ordering::SeqCst);
    }

    fn runs(&self) -> u32 {
        self.runs.load(Ordering::SeqCst)
    }
}

/// A probe that waits for a permit in every call.
fn held(meter: &Meter, permits: &Arc<Semaphore>) -> Probe {
    let (meter, permits) = (meter.clone(), Arc::clone(permits));
    Probe::new(move |_, job| {
        let (meter, permits) = (meter.clone(), Arc::clone(&permits));
        async move {
            meter.enter();
            let permit = permits.acquire().await.map_err(|_| Status::internal("closed"))?;
            permit.forget();
            meter.leave();
            Ok(job)
        }
    })
}

/// A duplicate gets the answer of the original, and the effect is one.
pub async fn a_duplicate_is_answered_but_not_executed(fixture: &Fixture) {
    let broker = fixture.open().await;
    let runs = Meter::default();
    let meter = runs.clone();
    let probe = Probe::new(move |_, job: Job| {
        meter.enter();
        let run = meter.runs();
        async move {
            tokio::time::sleep(Duration::from_millis(30)).await;
            Ok(Job::new(job.name, run))
        }
    });
    let consumer = Running::start(&broker, probe);
    let client = Client::new(broker);
    let context = Context::new().with_idempotency_key("order-1");
    let job = || Job::new("a", 0);
    let calls = (0..3).map(|_| call(&client, &context, job()));
    for answer in futures_util::future::join_all(calls).await {
        assert_eq!(ok(answer), Job::new("a", 1));
    }
    assert_eq!(ok(call(&client, &context, job()).await), Job::new("a", 1));
    let other = Context::new().with_idempotency_key("order-2");
    assert_eq!(ok(call(&client, &other, job()).await), Job::new("a", 2));
    consumer.drain().await;
}

/// A result that was too large to keep is not made again.
pub async fn a_forgotten_result_is_reported(fixture: &Fixture) {
    let broker = fixture.open().await;
    let options = Options::default().max_remembered(10);
    let probe = Probe::new(|_, job| async { Ok(job) });
    let consumer = Running::start_with(&broker, probe, options);
    let client = Client::new(broker);
    let context = Context::new().with_idempotency_key("large");
    let job = Job::new("a name of more than ten bytes", 1);
    assert_eq!(ok(call(&client, &context, job.clone()).await), job);
    let status = call(&client, &context, job).await.expect_err("a forgotten result");
    assert_eq!(status.code(), Code::AlreadyExists);
    consumer.drain().await;
}

/// While a handler runs its lease is renewed: it runs once, however long.
pub async fn a_handler_may_outlive_its_lease(fixture: &Fixture) {
    let broker = fixture.open().await;
    let meter = Meter::default();
    let seen = meter.clone();
    let probe = Probe::new(move |_, job| {
        seen.enter();
        async {
            tokio::time::sleep(LEASE * 4).await;
            Ok(job)
        }
    });
    let consumer = Running::start(&broker, probe);
    let client = Client::new(broker.clone());
    ok(call(&client, &Context::new(), Job::new("a", 1)).await);
    assert_eq!(meter.runs(), 1, "redelivered while it ran");
    emptied(&broker, "probe.run").await;
    consumer.drain().await;
}

/// No more handlers run at once than the contract says, and no message beyond
/// them is held.
pub async fn concurrency_is_bounded(fixture: &Fixture) {
    let broker = fixture.open().await;
    let (meter, permits) = (Meter::default(), Arc::new(Semaphore::new(0)));
    let consumer = Running::start(&broker, held(&meter, &permits));
    let client = Client::new(broker.clone());
    for number in 0..10 {
        send(&client, RUN, Job::new("n", number)).await;
    }
    until("four handlers run", || async { meter.runs() == 4 }).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(ok(broker.depth("probe.run").await).leased, 4);
    permits.add_permits(10);
    until("all are handled", || async { ok(broker.depth("probe.run").await).total() == 0 }).await;
    assert_eq!((meter.runs(), meter.most.load(Ordering::SeqCst)), (10, 4));
    consumer.drain().await;
}

/// Requests of one ordering key are handled one after the other and in order,
/// over failures too; keys do not wait for each other.
pub async fn requests_of_one_key_never_overlap(fixture: &Fixture) {
    let broker = fixture.open().await;
    let log: Arc<Mutex<BTreeMap<String, Vec<u32>>>> = Arc::default();
    let (meter, seen) = (Meter::default(), Arc::clone(&log));
    let busy = Arc::new(Mutex::new(std::collections::BTreeSet::new()));
    let most = meter.clone();
    let probe = Probe::new(move |context: Context, job: Job| {
        let (meter, seen, busy) = (meter.clone(), Arc::clone(&seen), Arc::clone(&busy));
        async move {
            meter.enter();
            let first =
                busy.lock().unwrap_or_else(PoisonError::into_inner).insert(job.name.clone());
            assert!(first, "two requests of {} at once", job.name);
            tokio::time::sleep(Duration::from_millis(10)).await;
            busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&job.name);
            meter.leave();
            if context.attempt() == 1 && job.size == 2 {
                return Err(Status::unavailable("once"));
            }
            let mut log = seen.lock().unwrap_or_else(PoisonError::into_inner);
            log.entry(job.name.clone()).or_default().push(job.size);
            Ok(job)
        }
    });
    let client = Client::new(broker.clone());
    for size in 1..=6 {
        for name in ["x", "y"] {
            send(&client, ORDERED, Job::new(name, size)).await;
        }
    }
    let consumer = Running::start(&broker, probe);
    until("all are handled", || async { ok(broker.depth("probe.ordered").await).total() == 0 })
        .await;
    let log = log.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let orders: Vec<_> = log.values().cloned().collect();
    assert_eq!(orders, [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]]);
    assert_eq!(most.most.load(Ordering::SeqCst), 2, "the keys waited for each other");
    consumer.drain().await;
}

/// At the end a consumer finishes what it began, takes nothing more, and
/// burns no attempt of what it leaves.
pub async fn a_drained_consumer_finishes_what_runs_and_returns_the_rest(fixture: &Fixture) {
    let broker = fixture.open().await;
    let (meter, permits) = (Meter::default(), Arc::new(Semaphore::new(0)));
    let consumer = Running::start(&broker, held(&meter, &permits));
    let client = Client::new(broker.clone());
    for number in 0..6 {
        send(&client, RUN, Job::new("n", number)).await;
    }
    until("four handlers run", || async { meter.runs() == 4 }).await;
    consumer.dispatcher.shutdown().cancel();
    permits.add_permits(6);
    consumer.drain().await;
    assert_eq!(meter.runs(), 4, "a drained consumer took more");
    assert_eq!(ok(broker.depth("probe.run").await).ready, 2);
    let mut group = join(&broker, "probe.run", "probe").await;
    for _ in 0..2 {
        assert_eq!(take(&mut group).await.history, History::default());
    }
}

/// What still runs when the drain timeout passes goes back at once, uncounted.
pub async fn a_consumer_that_is_cut_off_returns_everything(fixture: &Fixture) {
    let broker = fixture.open().await;
    let (meter, permits) = (Meter::default(), Arc::new(Semaphore::new(0)));
    let consumer = Running::start(&broker, held(&meter, &permits));
    let client = Client::new(broker.clone());
    for number in 0..4 {
        send(&client, RUN, Job::new("n", number)).await;
    }
    until("four handlers run", || async { meter.runs() == 4 }).await;
    consumer.cut_off().await;
    // At once: the lease is longer than a test is patient.
    let mut group = join(&broker, "probe.run", "probe").await;
    for _ in 0..4 {
        let delivery = take(&mut group).await;
        assert_eq!(delivery.history, History::default());
        super::tools::lose(delivery);
    }
    assert_eq!(ok(broker.depth("probe.run").await).total(), 4);
}
