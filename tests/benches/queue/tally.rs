//! Counting what was handled, on both sides alike: from the first attempt to the last,
//! so that neither joining a group nor leaving it is part of the measure.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio::sync::Notify;

use crate::speed;

#[derive(Clone)]
pub(crate) struct Tally(Arc<Counts>);

struct Counts {
    expected: usize,
    handled: AtomicUsize,
    first: OnceLock<Instant>,
    last: OnceLock<Instant>,
    done: Notify,
}

impl Tally {
    pub(crate) fn of(expected: usize) -> Self {
        let (first, last) = (OnceLock::new(), OnceLock::new());
        let (handled, done) = (AtomicUsize::new(0), Notify::new());
        Self(Arc::new(Counts { expected, handled, first, last, done }))
    }

    /// A handler has begun.
    pub(crate) fn count(&self) {
        let number = self.0.handled.fetch_add(1, Ordering::Relaxed) + 1;
        if number == 1 {
            let _ = self.0.first.set(Instant::now());
        }
        if number == self.0.expected {
            let _ = self.0.last.set(Instant::now());
            self.0.done.notify_one();
        }
    }

    /// Waits until all is handled.
    pub(crate) async fn done(&self) {
        self.0.done.notified().await;
    }

    /// Messages a second, once all is handled.
    pub(crate) fn speed(&self) -> f64 {
        let (first, last) = (self.0.first.get(), self.0.last.get());
        let (first, last) = first.zip(last).expect("all was handled");
        speed(self.0.expected - 1, last.duration_since(*first))
    }
}
