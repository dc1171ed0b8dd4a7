//! What a consumer can be told beside the contract.

use std::time::Duration;

use crate::codec::json;

/// Settings of a [`Consumer`](super::Consumer).
#[derive(Clone, Debug)]
pub struct Options {
    pub(super) max_crashes: u32,
    pub(super) remember: Duration,
    pub(super) max_remembered: usize,
    pub(super) json: json::Options,
    pub(super) watch: Duration,
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
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_crashes: 5,
            remember: Duration::from_secs(24 * 3600),
            max_remembered: 1024 * 1024,
            json: json::Options::DEFAULT,
            watch: Duration::from_secs(5),
        }
    }
}
