//! What ends a call from outside: the deadline of its caller, and the moment
//! at which a stopping server waits no longer.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::Status;
use crate::status::Reason;

/// The end of a stopping server's patience, the same for all its calls.
#[derive(Clone, Default)]
pub(super) struct Cutoff(Arc<Shared>);

/// Behind one pointer: cloning a token takes its lock, and each call has a clone.
#[derive(Default)]
struct Shared {
    token: CancellationToken,
    /// Asking the token takes a lock, which streams would take for each item.
    fired: AtomicBool,
}

impl Cutoff {
    pub(super) fn fire(&self) {
        self.0.fired.store(true, Ordering::Relaxed);
        self.0.token.cancel();
    }

    pub(super) fn fired(&self) -> bool {
        self.0.fired.load(Ordering::Relaxed)
    }
}

/// How long one call may run.
#[derive(Clone)]
pub(super) struct Until {
    pub(super) deadline: Option<Instant>,
    pub(super) cutoff: Cutoff,
}

impl Until {
    /// Fails once the call is over: before any work, and for work that never waits.
    pub(super) fn check(&self) -> Result<(), Status> {
        if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Err(late());
        }
        if self.cutoff.fired() { Err(stopping()) } else { Ok(()) }
    }

    /// The outcome of `work`, unless the call is over first. Work that is done at
    /// once costs no timer. It is pinned by the caller: handed over, it would be
    /// stored twice.
    ///
    /// # Errors
    /// Why the call is over.
    pub(super) async fn over<T>(
        &self,
        mut work: Pin<&mut impl Future<Output = T>>,
    ) -> Result<T, Status> {
        if let Poll::Ready(done) = poll_fn(|task| Poll::Ready(work.as_mut().poll(task))).await {
            return Ok(done);
        }
        tokio::select! {
            biased;
            done = work => Ok(done),
            // In a box, for few calls wait so long that they need its room.
            status = Box::pin(self.clone().end()) => Err(status),
        }
    }

    /// Waits until the call is over, and says why.
    pub(super) async fn end(self) -> Status {
        let cutoff = self.cutoff.0.token.cancelled();
        let Some(deadline) = self.deadline else {
            cutoff.await;
            return stopping();
        };
        tokio::select! {
            biased;
            () = sleep_until(deadline) => late(),
            () = cutoff => stopping(),
        }
    }
}

/// The outcome of `work`, unless the deadline passes first. Work that is done at
/// once costs no timer. It is pinned by the caller: handed over, it would be stored
/// twice.
///
/// # Errors
/// `DEADLINE_EXCEEDED`.
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
pub(crate) async fn within<T>(
    deadline: Option<Instant>,
    mut work: Pin<&mut impl Future<Output = T>>,
) -> Result<T, Status> {
    if let Poll::Ready(done) = poll_fn(|task| Poll::Ready(work.as_mut().poll(task))).await {
        return Ok(done);
    }
    match deadline {
        None => Ok(work.await),
        // In a box, for few requests come in pieces, and all would have its room.
        Some(deadline) => {
            Box::pin(tokio::time::timeout_at(deadline, work)).await.map_err(|_| late())
        }
    }
}

fn late() -> Status {
    Reason::DeadlineExceeded.status("the deadline passed before the call was done")
}

fn stopping() -> Status {
    Reason::ServerStopping
        .status("the server stops, and the call was not done in time; try again")
        .with_retry_after(Duration::from_secs(1))
}
