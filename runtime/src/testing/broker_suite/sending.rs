//! Promises on work that is sent, now and later, to one agent and to several.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use super::tools::{Running, TOLERANCE, dead, emptied, ok, soon, until};
use crate::context::Transport;
use crate::gather::Policy;
use crate::queue::{CircuitState, Circuits, Client, Consumer, Options, names};
use crate::testing::Fixture;
use crate::testing::probe::{Job, Probe, RUNNING};
use crate::{Context, Metadata, Status};

/// Work is sent at once, after a time or at one, and its caller's deadline does
/// not end it.
pub async fn work_is_sent_now_and_later(fixture: &Fixture) {
    let broker = fixture.open().await;
    let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
    let probe = Probe::new(move |context: Context, job: Job| {
        let sent =
            sender.send((job.name.clone(), context.correlation_id().to_owned(), Instant::now()));
        async move { sent.map(|()| job).map_err(|_| Status::aborted("the test is over")) }
    });
    let consumer = Running::start(&broker, probe);
    let client = Client::new(broker);
    let since = Instant::now();
    let later = Duration::from_millis(600);
    let caller = Context::new().with_timeout(Duration::from_millis(1));
    ok(client.post(RUNNING, Job::new("at", 1)).at(SystemTime::now() + later * 2).await);
    ok(client.post(RUNNING, Job::new("after", 1)).after(later).on_behalf_of(&caller).await);
    let sent = ok(client.post(RUNNING, Job::new("now", 1)).idempotency_key("once").await);
    let again = ok(client.post(RUNNING, Job::new("now", 1)).idempotency_key("once").await);
    assert_eq!((sent.duplicate, again.duplicate), (false, true));
    ok(client.post(RUNNING, Job::new("past", 1)).at(SystemTime::UNIX_EPOCH).await);
    let mut order = Vec::new();
    for _ in 0..4 {
        let (name, correlation, at) =
            soon("a delivery", received.recv()).await.expect("the handler lives");
        let due = match name.as_str() {
            "after" => later,
            "at" => later * 2,
            _ => Duration::ZERO,
        };
        assert!(at.duration_since(since) + TOLERANCE >= due, "`{name}` came too early");
        assert_eq!(correlation == caller.correlation_id(), name == "after", "{name}");
        order.push(name);
    }
    assert_eq!(order[2..], ["after", "at"], "{order:?}");
    consumer.drain().await;
}

/// A handler that runs again for a call with an idempotency key sends its work once;
/// other work for the same call is other work.
pub async fn work_on_behalf_of_a_call_is_sent_once(fixture: &Fixture) {
    let client = Client::new(fixture.open().await);
    let mut headers = Metadata::new();
    headers.insert(names::IDEMPOTENCY_KEY, "order-1");
    let caller = Context::from_headers(Transport::Rest, headers);
    let send = async |name: &str, caller: &Context| {
        ok(client.post(RUNNING, Job::new(name, 1)).on_behalf_of(caller).await).duplicate
    };
    assert!(!send("a", &caller).await && send("a", &caller).await, "sent twice");
    assert!(!send("b", &caller).await, "other work was dropped");
    let without = Context::from_headers(Transport::Rest, Metadata::new());
    assert!(!send("a", &without).await && !send("a", &without).await);
}

/// Work that is no longer worth doing is not done.
pub async fn work_that_is_worth_nothing_any_more_is_not_done(fixture: &Fixture) {
    let broker = fixture.open().await;
    let client = Client::new(broker.clone());
    let worth = Duration::from_millis(20);
    ok(client.post(RUNNING, Job::new("stale", 1)).worth_doing_for(worth).await);
    tokio::time::sleep(worth * 2).await;
    let probe = Probe::new(|_, _| async { panic!("worthless work was done") });
    let consumer = Running::start(&broker, probe);
    assert_eq!(dead(&broker, "probe.run.dead", 1).await[0].reason, "EXPIRED");
    consumer.drain().await;
}

fn named(name: &'static str) -> Options {
    Options::default().namespace(name)
}

/// Several agents of one contract are asked at once; the result names those that
/// failed and those that have not answered.
pub async fn several_agents_are_asked_and_the_missing_are_named(fixture: &Fixture) {
    let broker = fixture.open().await;
    let answering =
        |by: u32| Probe::new(move |_, job: Job| async move { Ok(Job::new(job.name, by)) });
    let failing = Probe::new(|_, _| async { Err(Status::invalid_argument("no")) });
    let consumers = [
        Running::start_with(&broker, answering(1), named("one")),
        Running::start_with(&broker, answering(2), named("two")),
        Running::start_with(&broker, failing, named("broken")),
    ];
    let client = Client::new(broker.clone());
    // Long enough for groups that are made meanwhile.
    let context = Context::new().with_timeout(Duration::from_secs(8));
    let agents = ["one", "two", "broken", "absent", "gone"];
    let request = Job::new("x", 0);
    let all = client.scatter(RUNNING, &context, &request, Policy::Partial, agents);
    let gathered = soon("a partial result", all.into_future()).await;
    let mut sizes: Vec<_> = gathered.replies.iter().map(|part| part.value.size).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2]);
    assert_eq!(gathered.errors.iter().map(|part| &*part.name).collect::<Vec<_>>(), ["broken"]);
    assert_eq!(gathered.missing, ["absent", "gone"]);
    assert_eq!(dead(&broker, "broken.probe.run.dead", 1).await[0].subject, "broken.probe.run");
    let context = Context::new().with_timeout(Duration::from_secs(20));
    let quorum = client.scatter(RUNNING, &context, &request, Policy::Quorum(2), agents);
    let gathered = soon("a quorum", quorum.into_future()).await;
    assert_eq!((gathered.is_met(), gathered.replies.len()), (true, 2));
    for consumer in consumers {
        consumer.drain().await;
    }
}

async fn becomes(circuits: &Circuits, state: CircuitState) {
    until("the state of the circuit", || async {
        circuits.states().contains(&("probe.run", state))
    })
    .await;
}

/// While everything fails, messages stay in the queue instead of spending their
/// attempts; when it works again, all of them are handled.
pub async fn what_fails_altogether_is_left_in_the_queue(fixture: &Fixture) {
    let broker = fixture.open().await;
    let (down, runs) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicU32::new(0)));
    let (is_down, counted) = (Arc::clone(&down), Arc::clone(&runs));
    let probe = Probe::new(move |_, job: Job| {
        counted.fetch_add(1, Ordering::Relaxed);
        let down = is_down.load(Ordering::Relaxed);
        async move { if down { Err(Status::unavailable("down")) } else { Ok(job) } }
    });
    let client = Client::new(broker.clone());
    for number in 0..20 {
        ok(client.post(RUNNING, Job::new("a", number)).await);
    }
    let options = Options::default().circuit(5, Duration::from_millis(400));
    let consumer = Consumer::with_options(broker.clone(), options);
    let (circuits, dispatcher) = (consumer.circuits(), probe.into_dispatcher());
    let running = tokio::spawn(consumer.run(dispatcher.clone()));
    becomes(&circuits, CircuitState::Open).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let runs = runs.load(Ordering::Relaxed);
    // Five failures, and what ran beside the fifth.
    assert!((5..=9).contains(&runs), "{runs} attempts were made at what fails altogether");
    down.store(false, Ordering::Relaxed);
    emptied(&broker, "probe.run").await;
    becomes(&circuits, CircuitState::Closed).await;
    assert_eq!(ok(broker.depth("probe.run.dead").await).total(), 0, "work was given up");
    dispatcher.shutdown().cancel();
    ok(ok(soon("the end of the consumer", running).await));
}
