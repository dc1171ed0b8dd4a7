//! How long a client may keep a connection waiting: for its greeting, and over
//! HTTP/1 for the next request head.
//!
//! HTTP/1's layer has such a timer too, and for its sake goes through the whole
//! connection once more after every response.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context as Task, Poll, Waker, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// What a connection is at, noted by its socket and by its requests.
#[derive(Debug, Default)]
pub(super) struct Activity {
    requests: AtomicUsize,
    blocked: AtomicBool,
    multiplexed: AtomicBool,
    /// Whether the body of the request was dropped before its end.
    cut: AtomicBool,
    /// How often one of the others has changed.
    changes: AtomicUsize,
}

impl Activity {
    /// A request is there; it is answered when what is returned is dropped.
    pub(super) fn request(self: &Arc<Self>) -> Busy {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.cut.store(false, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// The body of the request is not read to its end.
    pub(super) fn set_cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
    }

    /// Whether bytes lie here that the client does not take.
    pub(super) fn set_blocked(&self, blocked: bool) {
        self.blocked.store(blocked, Ordering::Relaxed);
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// It is HTTP/2, which asks silent clients by pings.
    pub(super) fn set_multiplexed(&self) {
        self.multiplexed.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_multiplexed(&self) -> bool {
        self.multiplexed.load(Ordering::Relaxed)
    }

    /// Whether it is the client's turn.
    fn is_waiting(&self) -> bool {
        self.requests.load(Ordering::Relaxed) == 0
            && !self.blocked.load(Ordering::Relaxed)
            && !self.is_multiplexed()
    }
}

/// A request that is not answered yet.
#[derive(Debug)]
pub(super) struct Busy(Arc<Activity>);

impl Busy {
    /// Whether the rest of the request's body stands before whatever comes next.
    pub(super) fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::Relaxed)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
        self.0.changes.fetch_add(1, Ordering::Relaxed);
    }
}

/// The patience with one client.
pub(super) struct Patience {
    activity: Arc<Activity>,
    limit: Duration,
    /// Which changes the deadline counts from.
    changes: usize,
    deadline: Instant,
    /// All waits share it: it is armed again only when it has passed.
    sleep: Pin<Box<Sleep>>,
    /// Whom it wakes, once it is armed.
    waker: Option<Waker>,
}

impl Patience {
    /// Patience that begins now.
    pub(super) fn new(activity: Arc<Activity>, limit: Duration) -> Self {
        let deadline = Instant::now() + limit;
        let changes = activity.changes.load(Ordering::Relaxed);
        let sleep = Box::pin(sleep_until(deadline));
        Self { activity, limit, changes, deadline, sleep, waker: None }
    }

    /// Whether it is at its end; to be asked whenever the connection can do no more.
    pub(super) fn poll_over(&mut self, task: &mut Task<'_>) -> Poll<()> {
        if !self.activity.is_waiting() {
            return Poll::Pending;
        }
        let changes = self.activity.changes.load(Ordering::Relaxed);
        if changes != self.changes {
            self.changes = changes;
            self.deadline = Instant::now() + self.limit;
        }
        let armed = self.waker.as_ref().is_some_and(|waker| waker.will_wake(task.waker()));
        if armed && !self.sleep.is_elapsed() {
            return Poll::Pending;
        }
        self.waker = Some(task.waker().clone());
        loop {
            ready!(self.sleep.as_mut().poll(task));
            if self.sleep.deadline() >= self.deadline {
                return Poll::Ready(());
            }
            // It was armed for a wait that is over.
            self.sleep.as_mut().reset(self.deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::{advance, timeout};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    /// Whether the patience ends between so many seconds from now and a second later.
    async fn ends_after(patience: &mut Patience, seconds: u64) -> bool {
        let start = Instant::now();
        let over = timeout(LIMIT * 10, poll_fn(|task| patience.poll_over(task))).await;
        over.is_ok() && start.elapsed().as_secs() == seconds
    }

    #[tokio::test(start_paused = true)]
    async fn it_counts_from_the_last_thing_that_happened() {
        let activity = Arc::new(Activity::default());
        let mut patience = Patience::new(Arc::clone(&activity), LIMIT);
        let early = timeout(LIMIT / 2, poll_fn(|task| patience.poll_over(task))).await;
        assert!(early.is_err());
        let request = activity.request();
        advance(LIMIT * 3).await;
        assert!(futures_util::poll!(poll_fn(|task| patience.poll_over(task))).is_pending());
        drop(request);
        assert!(ends_after(&mut patience, 30).await);
        activity.set_blocked(true);
        assert!(futures_util::poll!(poll_fn(|task| patience.poll_over(task))).is_pending());
        activity.set_blocked(false);
        assert!(ends_after(&mut patience, 30).await);
    }

    #[tokio::test(start_paused = true)]
    async fn it_has_no_end_for_http_2() {
        let activity = Arc::new(Activity::default());
        let mut patience = Patience::new(Arc::clone(&activity), LIMIT);
        activity.set_multiplexed();
        assert!(!ends_after(&mut patience, 30).await);
    }
}
