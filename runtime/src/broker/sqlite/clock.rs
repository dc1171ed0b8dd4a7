//! The hybrid clock: it follows the wall clock across restarts and the
//! monotonic clock in between, and never goes back behind what any process
//! has written to the file. A wall clock that jumps moves no lease.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Reads a wall clock.
pub(crate) type Wall = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The system's wall clock.
pub(super) fn system() -> Wall {
    Arc::new(SystemTime::now)
}

/// One process's view of the file's time, in milliseconds.
pub(super) struct Clock {
    base: i64,
    since: Instant,
}

impl Clock {
    /// Starts at the wall clock: the time that passed while no process ran is
    /// known from nowhere else.
    pub(super) fn new(wall: &Wall) -> Self {
        let since_epoch = wall().duration_since(UNIX_EPOCH).unwrap_or_default();
        let base = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX / 2);
        Self { base, since: Instant::now() }
    }

    /// The time now, not before `written`, the latest time in the file.
    pub(super) fn now(&mut self, written: i64) -> i64 {
        let elapsed = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX / 2);
        let now = self.base.saturating_add(elapsed);
        if written > now {
            // Another process is ahead: go on from there, at the same pace.
            self.base = self.base.saturating_add(written - now);
        }
        now.max(written)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: u64) -> Clock {
        Clock::new(&(Arc::new(move || UNIX_EPOCH + Duration::from_secs(seconds)) as Wall))
    }

    #[test]
    fn a_process_whose_wall_clock_is_behind_goes_on_from_the_file() {
        let mut clock = at(1_000);
        let written = 4_600_000;
        assert_eq!(clock.now(written), written);
        std::thread::sleep(Duration::from_millis(5));
        assert!(clock.now(written) >= written + 5, "the time stands still");
    }

    #[test]
    fn the_time_that_passed_while_nobody_ran_counts() {
        assert_eq!(at(5_000).now(1_000_000) / 1000, 5_000);
    }
}
