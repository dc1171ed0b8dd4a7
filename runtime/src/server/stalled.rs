//! Ends streams of HTTP/2 whose client takes nothing.
//!
//! A client may forbid every byte of a response (a window of 0) and answer all
//! pings. The HTTP layer then never asks the body for more, so that no timer in
//! the body can run: it runs around the task of the stream instead. Dropping the
//! task resets the stream; the others of its connection go on.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context as Task, Poll};
use std::time::Duration;

use hyper::rt::Executor;
use tokio::time::{Instant, Sleep, sleep_until};

/// What a client takes at least of a long piece, in bytes a second: of that, only
/// the end shows.
const RATE: u64 = 4 << 10;

tokio::task_local! {
    /// The stream that the running task serves.
    static SERVED: Progress;
}

/// What the HTTP layer was given of a response and the client may not have taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress(Arc<Given>);

#[derive(Debug, Default)]
struct Given {
    pieces: AtomicU64,
    /// The length of the last piece and one more; 0 once the body was asked
    /// for the next one.
    last: AtomicU64,
}

impl Progress {
    /// That of the stream which the running task serves; `None` outside of
    /// HTTP/2, where the socket itself stalls.
    pub(super) fn of_task() -> Option<Self> {
        SERVED.try_with(Clone::clone).ok()
    }

    /// There is a response, or another piece of it with so many bytes.
    pub(super) fn given(&self, bytes: usize) {
        self.0.last.store(bytes as u64 + 1, Ordering::Relaxed);
        self.0.pieces.fetch_add(1, Ordering::Relaxed);
    }

    /// The body was asked, and has nothing yet.
    pub(super) fn asked(&self) {
        self.0.last.store(0, Ordering::Relaxed);
    }
}

/// Runs the tasks of a connection, those of its streams under a clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct StreamExecutor {
    /// How long a client may take nothing.
    pub(super) limit: Duration,
}

impl<F> Executor<F> for StreamExecutor
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, task: F) {
        let progress = Progress::default();
        let task = Box::pin(SERVED.scope(progress.clone(), task));
        tokio::spawn(Stream { task, progress, limit: self.limit, stalled: None });
    }
}

/// The task of a stream.
struct Stream<F> {
    task: Pin<Box<F>>,
    progress: Progress,
    limit: Duration,
    /// Armed while the client holds the response up, behind so many pieces.
    stalled: Option<(u64, Pin<Box<Sleep>>)>,
}

impl<F: Future<Output = ()>> Future for Stream<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<()> {
        if self.task.as_mut().poll(task).is_ready() {
            return Poll::Ready(());
        }
        let own = &mut *self;
        let Some(bytes) = own.progress.0.last.load(Ordering::Relaxed).checked_sub(1) else {
            own.stalled = None;
            return Poll::Pending;
        };
        let pieces = own.progress.0.pieces.load(Ordering::Relaxed);
        let deadline = || Instant::now() + own.limit + Duration::from_secs(bytes / RATE);
        let (seen, sleep) =
            own.stalled.get_or_insert_with(|| (pieces, Box::pin(sleep_until(deadline()))));
        if *seen != pieces {
            *seen = pieces;
            sleep.as_mut().reset(deadline());
        }
        sleep.as_mut().poll(task).map(|()| tracing::debug!("a client took nothing of a stream"))
    }
}
