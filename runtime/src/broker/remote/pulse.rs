//! When a delivery may have left the broker. A process that was suspended finds
//! deliveries in its buffers whose lease is over, and has to know.

use std::time::{Duration, Instant};

/// How long after a suspension what arrives may have been on its way before.
const DOUBT: Duration = Duration::from_secs(1);

/// A waiting loop's sense of having been awake.
pub(in crate::broker) struct Pulse {
    every: Duration,
    last: Instant,
    /// Since when, and until when, arrivals are in doubt.
    doubt: Option<(Instant, Instant)>,
}

impl Pulse {
    /// For leases of this time.
    pub(in crate::broker) fn new(lease: Duration) -> Self {
        let every = (lease / 10).clamp(Duration::from_millis(10), Duration::from_secs(5));
        Self { every, last: Instant::now(), doubt: None }
    }

    /// How often the loop has to call [`beat`](Self::beat) while it waits.
    pub(in crate::broker) fn every(&self) -> Duration {
        self.every
    }

    /// Nothing can be on its way: nothing was asked for.
    pub(in crate::broker) fn rest(&mut self) {
        self.last = Instant::now();
    }

    pub(in crate::broker) fn beat(&mut self) {
        let now = Instant::now();
        if now.duration_since(self.last) > self.every * 3 {
            self.doubt = Some((self.last, now + DOUBT));
        }
        self.last = now;
    }

    /// No later than when what arrives now was leased, within the time that
    /// the broker's lease is longer than ours.
    pub(in crate::broker) fn leased_at(&mut self) -> Instant {
        self.beat();
        match self.doubt {
            Some((since, until)) if self.last < until => since,
            _ => self.last,
        }
    }
}
