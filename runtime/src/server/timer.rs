//! The timer of one connection: hyper waits anew for every request head, and
//! nearly every wait is given up early. All waits share one sleep, which is
//! armed again only when it has passed.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as Task, Poll, Waker, ready};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use tokio::time::sleep_until;

/// Waits on one connection, one at a time.
#[derive(Clone, Debug, Default)]
pub(super) struct ConnectionTimer(Arc<Mutex<Shared>>);

#[derive(Debug, Default)]
struct Shared {
    /// The sleep of the connection, once there was one.
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
    /// Whom it wakes.
    waker: Option<Waker>,
}

impl Timer for ConnectionTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Wait { deadline: deadline.into(), shared: Arc::clone(&self.0) })
    }

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into()
    }
}

struct Wait {
    deadline: tokio::time::Instant,
    shared: Arc<Mutex<Shared>>,
}

impl Sleep for Wait {}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<()> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let Shared { sleep, waker } = &mut *shared;
        let sleep = sleep.get_or_insert_with(|| Box::pin(sleep_until(self.deadline)));
        let armed = waker.as_ref().is_some_and(|waker| waker.will_wake(task.waker()));
        if armed && !sleep.is_elapsed() && sleep.deadline() <= self.deadline {
            return Poll::Pending;
        }
        if sleep.deadline() > self.deadline {
            sleep.as_mut().reset(self.deadline);
        }
        *waker = Some(task.waker().clone());
        loop {
            ready!(sleep.as_mut().poll(task));
            if sleep.deadline() >= self.deadline {
                return Poll::Ready(());
            }
            // It was armed for a wait that has been given up.
            sleep.as_mut().reset(self.deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_wait_ends_at_its_own_deadline_though_they_share_a_sleep() {
        let timer = ConnectionTimer::default();
        let start = timer.now();
        for seconds in [30, 40, 5, 41] {
            let mut wait = timer.sleep(Duration::from_secs(seconds));
            let early = Duration::from_millis(seconds * 1000 - 10);
            assert!(tokio::time::timeout(early, &mut wait).await.is_err(), "{seconds}");
            tokio::time::timeout(Duration::from_millis(20), wait).await.unwrap();
        }
        let given_up = timer.sleep(Duration::from_secs(7));
        assert!(futures_util::poll!(given_up).is_pending());
        timer.sleep(Duration::from_secs(30)).await;
        let passed = timer.now() - start;
        assert_eq!(passed.as_secs(), 30 + 40 + 5 + 41 + 30);
    }
}
