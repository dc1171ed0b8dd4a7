//! What a consumer can be told beside the contract.

use std::time::Duration;

use super::accept::{Contracts, Foreign};
use super::circuit::Limits;
use super::claims::Claims;
use crate::codec::json;

/// Settings of a [`Consumer`](super::Consumer).
#[derive(Clone, Debug)]
pub struct Options {
    pub(super) max_crashes: u32,
    pub(super) remember: Duration,
    pub(super) max_remembered: usize,
    pub(super) json: json::Options,
    pub(super) watch: Duration,
    pub(super) idempotency_header: Option<String>,
    pub(super) foreign: Foreign,
    pub(super) contracts: Contracts,
    pub(super) claims: Option<Claims>,
    pub(super) circuit: Limits,
    pub(super) namespace: Option<String>,
    pub(super) patience: Duration,
}

impl Options {
    /// How often the attempt at a message may end with the death of its
    /// process, or the loss of its lease, before the message is dead-lettered;
    /// from 1, by default 5. It is a budget of its own: the contract's
    /// `max_deliveries` counts attempts that end with an error.
    #[must_use]
    pub fn max_crashes(mut self, crashes: u32) -> Self {
        self.max_crashes = crashes.max(1);
        self
    }

    /// How long other work of the process is held back at a time for a message that
    /// may have killed a process before, and is therefore handled alone: while what runs
    /// comes to its end, and while it runs itself; 30 s by default. Where what runs takes
    /// longer, the message is given back and tried again, uncounted, with more patience;
    /// where its own handler does, others run beside it from then on, and its death counts
    /// for nothing. A message is never charged with a crash that may be another's, but for
    /// its first.
    #[must_use]
    pub fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// How long the result of a handled message answers its duplicates; a day
    /// by default.
    #[must_use]
    pub fn remember(mut self, window: Duration) -> Self {
        self.remember = window;
        self
    }

    /// The largest result that is remembered, in bytes; 1 MiB by default. A
    /// duplicate of a message with a larger one is answered `ALREADY_EXISTS`.
    #[must_use]
    pub fn max_remembered(mut self, bytes: usize) -> Self {
        self.max_remembered = bytes;
        self
    }

    /// How often the broker is asked whether it answers and how much waits, for
    /// the health service and the meters; every 5 s by default.
    #[must_use]
    pub fn watch(mut self, period: Duration) -> Self {
        self.watch = period;
        self
    }

    /// How messages in JSON are read. One that cannot be read is dead-lettered.
    #[must_use]
    pub fn json(mut self, options: json::Options) -> Self {
        self.json = options;
        self
    }

    /// The header whose value makes two messages the same piece of work, where
    /// producers have a name of their own for it; `idempotency-key` counts
    /// where it is missing, and then the message's id. A key that the contract
    /// names (`queue.idempotency_key`) comes before all of them.
    #[must_use]
    pub fn idempotency_header(mut self, name: impl Into<String>) -> Self {
        self.idempotency_header = Some(name.into());
        self
    }

    /// What becomes of messages without an envelope.
    #[must_use]
    pub fn foreign(mut self, foreign: Foreign) -> Self {
        self.foreign = foreign;
        self
    }

    /// Also reads messages of the contract with this digest (`DIGEST` of
    /// generated code), whatever its name and version. May be said again.
    ///
    /// Without it, a message is read when the contract it names (`dataschema`)
    /// has the same package, version included, and when it names none; another
    /// one is dead-lettered as `INCOMPATIBLE`. That two states of one version
    /// can read each other's messages is what `agentgen check-compat` sees to.
    #[must_use]
    pub fn accept_contract(mut self, digest: impl Into<String>) -> Self {
        self.contracts.digests.push(digest.into());
        self
    }

    /// Reads messages of exactly this contract and those of
    /// [`accept_contract`](Self::accept_contract), and no other state of it.
    #[must_use]
    pub fn exact_contract(mut self) -> Self {
        self.contracts.exact = true;
        self
    }

    /// Where bodies are that were too large for the broker, and where those of
    /// replies go.
    #[must_use]
    pub fn claims(mut self, claims: Claims) -> Self {
        self.claims = Some(claims);
        self
    }

    /// After how many failed attempts at an rpc, with no success between them,
    /// its messages stay in the queue for `pause`; 50 and 2 s by default, 0 is
    /// never. Then one is tried, and the pause doubled, up to 32 times, where it
    /// fails too. Errors that no attempt mends do not count.
    #[must_use]
    pub fn circuit(mut self, failures: u32, pause: Duration) -> Self {
        self.circuit = Limits { failures, pause };
        self
    }

    /// Answers on subjects (and dead letters) that begin with `name` and a dot:
    /// one of several agents that serve the same contract over one broker, which
    /// clients reach by [`Client::in_namespace`](super::Client::in_namespace).
    #[must_use]
    pub fn namespace(mut self, name: impl Into<String>) -> Self {
        self.namespace = Some(name.into());
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_crashes: 5,
            remember: Duration::from_secs(24 * 3600),
            max_remembered: 1024 * 1024,
            json: json::Options::DEFAULT,
            watch: Duration::from_secs(5),
            idempotency_header: None,
            foreign: Foreign::default(),
            contracts: Contracts::default(),
            claims: None,
            circuit: Limits { failures: 50, pause: Duration::from_secs(2) },
            namespace: None,
            patience: Duration::from_secs(30),
        }
    }
}
