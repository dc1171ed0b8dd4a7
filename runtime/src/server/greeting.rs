//! A socket whose peer must begin to speak in time.
//!
//! Before it knows the protocol, the HTTP layer waits for ever; from then on
//! it has timers of its own. So the clock runs until as many bytes have come
//! as the longest greeting has, HTTP/2's.

use std::io;
use std::pin::Pin;
use std::task::{Context as Task, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// The connection preface of HTTP/2, in bytes.
const GREETING: usize = 24;

/// What is left of the greeting, and of the time for it.
struct Silent {
    left: usize,
    limit: Pin<Box<Sleep>>,
}

/// The socket.
pub(super) struct Greeted<S> {
    socket: S,
    silent: Option<Silent>,
}

impl<S> Greeted<S> {
    /// A socket that fails to be read when the peer greets later than `limit`.
    pub(super) fn new(socket: S, limit: Duration) -> Self {
        let silent = Silent { left: GREETING, limit: Box::pin(sleep(limit)) };
        Self { socket, silent: Some(silent) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Greeted<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { socket, silent } = self.get_mut();
        let before = into.filled().len();
        let read = Pin::new(socket).poll_read(task, into);
        let Some(waiting) = silent else { return read };
        if read.is_pending() && waiting.limit.as_mut().poll(task).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        waiting.left = waiting.left.saturating_sub(into.filled().len() - before);
        if waiting.left == 0 {
            *silent = None;
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Greeted<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().socket).poll_write(task, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().socket).poll_write_vectored(task, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(task)
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(task)
    }
}
