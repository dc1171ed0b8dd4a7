//! What the promises are written with.

use std::fmt::Display;
use std::time::{Duration, Instant};

use crate::broker::{
    Broker, Capability, Delivery, Failure, Publish, Settlement, Subscriber, Subscription,
};
use crate::queue::{Client, Consumer, DeadLetter, Options, SendOptions, dead_letters};
use crate::service::{Call, Dispatcher};
use crate::testing::probe::{INFO, Job, Probe, RUN};
use crate::{Context, Metadata, Status};

/// A lease that a test can wait for.
pub(super) const LEASE: Duration = Duration::from_millis(600);

/// How long something may take that must happen.
pub(super) const SOON: Duration = Duration::from_secs(20);

/// How long something is watched that must not happen.
pub(super) const QUIET: Duration = Duration::from_millis(250);

/// How far the clock of a test and that of a broker may be apart.
pub(super) const TOLERANCE: Duration = Duration::from_millis(100);

pub(super) const NOW: Duration = Duration::ZERO;

/// The value of what must succeed.
#[track_caller]
pub(super) fn ok<T, E: Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("unexpected error: {error}"),
    }
}

/// The value of what must happen soon.
pub(super) async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    let outcome = tokio::time::timeout(SOON, work).await;
    outcome.unwrap_or_else(|_| panic!("{what} did not happen within {SOON:?}"))
}

/// Waits until a condition holds.
pub(super) async fn until<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    soon(what, async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

/// Waits until a subject holds nothing: replies and dead letters are out before
/// the request itself is acknowledged. A broker that does not count what is on its way
/// has to say so for a while.
pub(super) async fn emptied(broker: &Broker, subject: &str) {
    let exact = broker.capabilities().has(Capability::ExactDepth);
    let quiet = if exact { Duration::ZERO } else { QUIET };
    let is_empty = || async {
        let since = Instant::now();
        while ok(broker.depth(subject).await).total() == 0 {
            if since.elapsed() >= quiet {
                return true;
            }
        }
        false
    };
    until("an empty subject", is_empty).await;
}

pub(super) fn message(subject: &str, text: &str) -> Publish {
    Publish::new(subject, Metadata::new(), text.to_owned())
}

pub(super) async fn publish(broker: &Broker, subject: &str, text: &str) {
    ok(broker.publish(message(subject, text)).await);
}

pub(super) async fn join(broker: &Broker, subject: &str, group: &str) -> Box<dyn Subscriber> {
    ok(broker.subscribe(Subscription::new(subject, group, LEASE)).await)
}

/// The next delivery.
pub(super) async fn take(group: &mut Box<dyn Subscriber>) -> Delivery {
    let mut taken = ok(soon("a delivery", group.next(1)).await);
    assert_eq!(taken.len(), 1, "one delivery was asked for");
    taken.remove(0)
}

/// The next two deliveries, by their text: only messages of one key have an order.
pub(super) async fn take_both(group: &mut Box<dyn Subscriber>) -> [Delivery; 2] {
    let mut both = [take(group).await, take(group).await];
    both.sort_by_key(text);
    both
}

/// Asserts that nothing is delivered for a while.
pub(super) async fn expect_nothing(group: &mut Box<dyn Subscriber>) {
    if let Ok(taken) = tokio::time::timeout(QUIET, group.next(1)).await {
        panic!("nothing was to be delivered, found {:?}", text(&ok(taken)[0]));
    }
}

pub(super) fn text(delivery: &Delivery) -> String {
    String::from_utf8_lossy(&delivery.body).into_owned()
}

/// Loses a delivery as the death of its process would.
pub(super) fn lose(delivery: Delivery) {
    std::mem::forget(delivery);
}

pub(super) fn retry(delay: Duration, attempt: u32) -> Settlement {
    let failure = Failure { attempt, code: "UNAVAILABLE".into(), message: "not now".into() };
    Settlement::Retry { delay, failure }
}

/// A consumer of the probe that is running.
pub(super) struct Running {
    pub(super) dispatcher: Dispatcher,
    task: tokio::task::JoinHandle<Result<(), Status>>,
}

impl Running {
    /// Starts a consumer.
    pub(super) fn start(broker: &Broker, probe: Probe) -> Self {
        Self::start_with(broker, probe, Options::default())
    }

    pub(super) fn start_with(broker: &Broker, probe: Probe, options: Options) -> Self {
        let dispatcher = probe.into_dispatcher();
        let consumer = Consumer::with_options(broker.clone(), options);
        let task = tokio::spawn(consumer.run(dispatcher.clone()));
        Self { dispatcher, task }
    }

    /// Shuts the consumer down and waits until it has ended.
    pub(super) async fn drain(self) {
        self.dispatcher.shutdown().cancel();
        ok(ok(soon("the end of a drained consumer", self.task).await));
    }

    /// Cuts the consumer off, as a drain timeout does.
    pub(super) async fn cut_off(self) {
        self.task.abort();
        let ended = soon("the end of an aborted consumer", self.task).await;
        assert!(ended.is_err(), "the consumer had ended by itself");
    }
}

/// Calls an rpc of the probe that answers once.
pub(super) async fn call(client: &Client, context: &Context, job: Job) -> Result<Job, Status> {
    let call = Call::Unary(Box::new(job));
    soon("a reply", client.call(&INFO, RUN, context, call)).await?.into_message()
}

/// Sends work to the probe and waits for no reply.
pub(super) async fn send(client: &Client, method: usize, job: Job) {
    ok(client.send(&INFO, method, &Context::new(), &job, SendOptions::default()).await);
}

/// Waits for the dead letters of a subject.
pub(super) async fn dead(broker: &Broker, subject: &str, count: usize) -> Vec<DeadLetter> {
    until("a dead letter", || async {
        ok(dead_letters(broker, subject, 0, 100).await).len() >= count
    })
    .await;
    let letters = ok(dead_letters(broker, subject, 0, 100).await);
    assert_eq!(letters.len(), count, "{letters:?}");
    letters
}
