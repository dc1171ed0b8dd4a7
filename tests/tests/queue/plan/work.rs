//! What is published: jobs of several kinds, mixed by a seed that is printed and
//! can be given again.

use agentgen::testing::probe::{Job, ORDERED, RUN};
use fastrand::Rng;

/// What becomes of a job; see `src/bin/queue-worker.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Early,
    Late,
    Flaky,
    Failing,
    Bad,
    Poison,
    /// Ordered with the others of its key.
    Key,
}

impl Kind {
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Plain => "job",
            Self::Early => "early",
            Self::Late => "late",
            Self::Flaky => "flaky",
            Self::Failing => "failing",
            Self::Bad => "bad",
            Self::Poison => "poison",
            Self::Key => "key",
        }
    }

    /// Why it is dead-lettered, where it is, and after how many starts.
    pub(crate) fn end(self) -> Option<(&'static str, u32)> {
        match self {
            Self::Failing => Some(("EXHAUSTED", 3)),
            Self::Bad => Some(("NOT_RETRYABLE", 1)),
            Self::Poison => Some(("CRASHED", 5)),
            _ => None,
        }
    }

    /// How many starts it takes where nothing else goes wrong.
    pub(crate) fn starts(self) -> usize {
        match self {
            Self::Plain | Self::Bad | Self::Key => 1,
            Self::Early | Self::Late | Self::Flaky => 2,
            Self::Failing => 3,
            Self::Poison => 5,
        }
    }
}

/// One job to publish.
pub(crate) struct Work {
    /// What it is called in the log, and its idempotency key.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) job: Job,
    pub(crate) method: usize,
    /// How often it is published.
    pub(crate) copies: usize,
}

/// How many keys ordered jobs share.
const KEYS: usize = 4;

/// Jobs of these kinds, so many of each, in any order.
pub(crate) fn mix(rng: &mut Rng, kinds: &[(Kind, usize)]) -> Vec<Work> {
    let mut all: Vec<Kind> =
        kinds.iter().flat_map(|(kind, count)| std::iter::repeat_n(*kind, *count)).collect();
    rng.shuffle(&mut all);
    let mut places = [0; KEYS];
    let work = all.into_iter().enumerate().map(|(number, kind)| {
        // Each copy of what fails is tried anew: failures are no results.
        let twice = kind.starts() == 1 && kind.end().is_none() && rng.u8(..10) == 0;
        let copies = if twice { 2 } else { 1 };
        if kind == Kind::Key {
            let key = rng.usize(..KEYS);
            places[key] += 1;
            let job = Job::new(format!("key{key}"), places[key]);
            let name = format!("{}/{}", job.name, job.size);
            return Work { name, kind, job, method: ORDERED, copies };
        }
        let name = format!("{}-{number}", kind.prefix());
        let job = Job::new(&name, rng.u32(..20));
        Work { name, kind, job, method: RUN, copies }
    });
    work.collect()
}

/// The random numbers of a test.
pub(crate) fn seeded() -> Rng {
    let given = std::env::var("AGENTGEN_SEED").ok().and_then(|text| text.parse().ok());
    let seed = given.unwrap_or_else(|| fastrand::u64(..));
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    println!("{name}: again with AGENTGEN_SEED={seed}");
    Rng::with_seed(seed)
}
