//! One run of the plan: a broker, what is published to it, and who works.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use agentgen::broker::{Broker, Capability};
use fastrand::Rng;
use futures_util::future::join_all;

use super::accepted::Accepted;
use super::crew::Crew;
use super::log;
use super::place::{Place, own_file};
use super::work::{Kind, Work, mix, seeded};

/// What the probe's contract allows at once.
pub(crate) const CONCURRENCY: usize = 4;
pub(crate) const SUBJECTS: [&str; 2] = ["probe.run", "probe.ordered"];

/// How many publishers share the work; the ordered part has one.
const PUBLISHERS: usize = 4;

/// For how long nothing happens before a broker is believed that does not see what other
/// processes hold: longer than they hold anything without a line in the log. A suspect
/// waits there for a second, and a copy half of one in its lane.
const UNSEEN: Duration = Duration::from_secs(2);

/// The same where the server is killed: a settlement waits five seconds for an answer.
const UNSEEN_AFTER_KILL: Duration = Duration::from_secs(8);

/// For how long nothing happens before what has not ended is believed to be lost: a
/// settlement without an answer is tried again, a server that was killed between a pause
/// and what follows it has that message in neither count, and what NATS lost sight of is
/// looked for each minute.
const LOST: Duration = Duration::from_secs(70);

pub(crate) struct Case {
    pub(crate) place: Place,
    pub(crate) rng: Rng,
    pub(crate) work: Vec<Work>,
    pub(crate) accepted: Accepted,
    pub(crate) log: PathBuf,
    unseen: Duration,
}

impl Case {
    /// A run with so many jobs of each kind.
    pub(crate) fn new(place: Place, kinds: &[(Kind, usize)]) -> Self {
        let mut rng = seeded();
        let work = mix(&mut rng, kinds);
        let accepted = Accepted::new(&own_file("accepted"));
        Self { place, rng, work, accepted, log: own_file("log"), unseen: UNSEEN }
    }

    pub(crate) async fn open(&self) -> Broker {
        Broker::open(&self.place.url()).await.expect("the broker opens")
    }

    pub(crate) fn crew(&self, concurrency: usize) -> Crew {
        Crew::new(&self.place.url(), &self.log, concurrency)
    }

    /// Waits until a job of each of these kinds has begun: whatever a broker has to be
    /// told first it has been told then. Not for ever, since a poison may have every
    /// worker; that the faults come early is said then, for whoever reads a failure.
    pub(crate) async fn under_way(&self, kinds: &[Kind]) {
        const PATIENCE: Duration = Duration::from_secs(10);
        let not_begun = || {
            let lines = log::read(&self.log);
            let begun = |kind: &Kind| lines.iter().any(|line| line.name.starts_with(kind.prefix()));
            kinds.iter().copied().filter(|kind| !begun(kind)).collect::<Vec<_>>()
        };
        let since = Instant::now();
        loop {
            let missing = not_begun();
            if missing.is_empty() {
                return;
            }
            if since.elapsed() >= PATIENCE {
                eprintln!("no job of {missing:?} has begun in {PATIENCE:?}; the test goes on");
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Prepares for the death of the server. One that forgets what it made just now makes all
    /// queues that are used, that of pauses with a job that fails, and they grow old.
    pub(crate) async fn settle_in(&mut self) {
        self.unseen = UNSEEN_AFTER_KILL;
        let Some(age) = self.place.settled else { return };
        let mut before = Self::new(self.place.clone(), &[(Kind::Flaky, 1)]);
        for work in &mut before.work {
            work.name += "-before";
            work.job.name.clone_from(&work.name);
        }
        before.run(1, CONCURRENCY).await;
        tokio::time::sleep(age).await;
    }

    /// Publishes everything; returns how often the broker refused.
    pub(crate) async fn publish(&self, broker: &Broker) -> usize {
        self.publish_over(broker, Duration::ZERO).await
    }

    /// The same, in no less than this time.
    pub(crate) async fn publish_over(&self, broker: &Broker, time: Duration) -> usize {
        let ordered = |work: &&Work| work.kind == Kind::Key;
        let publisher = |share: usize| async move {
            let mine = self.work.iter().filter(|work| !ordered(work)).skip(share);
            let in_order = self.work.iter().filter(|work| share == 0 && ordered(work));
            let work: Vec<_> = mine.step_by(PUBLISHERS).chain(in_order).collect();
            let pause = time / u32::try_from(work.len().max(1)).unwrap_or(u32::MAX);
            let mut refused = 0;
            for work in work {
                refused += self.accepted.publish(broker, work).await;
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
            }
            refused
        };
        join_all((0..PUBLISHERS).map(publisher)).await.into_iter().sum()
    }

    /// Waits until nothing is left, while `meanwhile` happens again and again.
    pub(crate) async fn drained(
        &self,
        broker: &Broker,
        crew: &mut Crew,
        mut meanwhile: impl AsyncFnMut(&mut Crew),
    ) {
        let drained = async {
            let (mut since, mut seen) = (Instant::now(), 0);
            while !self.is_drained(broker).await {
                meanwhile(crew).await;
                let lines = log::read(&self.log).len();
                if seen != lines {
                    (since, seen) = (Instant::now(), lines);
                } else if self.place.stalled.is_some_and(|stalled| since.elapsed() > stalled) {
                    since = Instant::now();
                    crew.restart().await;
                }
                crew.replace();
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let in_time = tokio::time::timeout(self.place.drained, drained).await;
        if in_time.is_err() {
            let (run, ordered) = (broker.depth(SUBJECTS[0]).await, broker.depth(SUBJECTS[1]).await);
            panic!("not drained: {run:?}, {ordered:?}");
        }
    }

    /// Whether nothing is left.
    async fn is_drained(&self, broker: &Broker) -> bool {
        let exact = broker.capabilities().has(Capability::ExactDepth);
        let lines = || log::read(&self.log).len();
        let (since, seen) = (Instant::now(), lines());
        while left(broker).await == 0 && lines() == seen {
            let silent = since.elapsed();
            if exact
                || silent > LOST
                || (silent > self.unseen && self.missing(broker).await.is_empty())
            {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }

    /// Publishes, lets `workers` work, and waits until nothing is left.
    pub(crate) async fn run(&self, workers: usize, concurrency: usize) -> usize {
        let crew = self.crew(concurrency);
        self.run_with(crew, workers).await
    }

    pub(crate) async fn run_with(&self, mut crew: Crew, workers: usize) -> usize {
        let broker = self.open().await;
        crew.hire(workers);
        self.publish(&broker).await;
        self.drained(&broker, &mut crew, async |_| {}).await;
        let deaths = crew.deaths;
        crew.dismiss().await;
        deaths
    }
}

/// How much is left; a server that is just back may still refuse to say so.
pub(crate) async fn left(broker: &Broker) -> u64 {
    let mut left = 0;
    for subject in SUBJECTS {
        left += broker.depth(subject).await.map_or(1, |depth| depth.total());
    }
    left
}
