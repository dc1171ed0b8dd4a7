//! The server's time: what was published when is told by its wall clock, so
//! delays and expiries are judged by the same one. Ours ticks monotonically
//! from the last reading.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// The server's wall clock, as last read.
pub(super) struct Clock(Mutex<(Instant, SystemTime)>);

impl Default for Clock {
    fn default() -> Self {
        Self(Mutex::new((Instant::now(), SystemTime::now())))
    }
}

impl Clock {
    /// Takes a reading that was asked for at `asked`.
    pub(super) fn set(&self, asked: Instant, time: SystemTime) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (asked, time);
    }

    /// How long ago the server stored something; nothing is younger than now.
    pub(super) fn age(&self, stored: SystemTime) -> Duration {
        let (since, time) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (time + since.elapsed()).duration_since(stored).unwrap_or_default()
    }
}
