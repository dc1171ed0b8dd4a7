//! The socket of a connection: a short reply in several pieces leaves as one,
//! which the system takes faster than a list of pieces, and a socket is closed
//! so that the last reply arrives.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll, ready};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::Limits;
use super::patience::Activity;

/// Up to this length, in bytes, pieces are copied together.
const SHORT: usize = 4 << 10;

/// How long a peer may go on sending after the last reply. A refusal often comes
/// before the end of the request; a socket closed with bytes unread is reset,
/// and with it the refusal is lost.
const LINGER: Duration = Duration::from_secs(1);

/// Sets the options of a socket.
///
/// # Errors
/// The system refuses one.
pub(super) fn prepare(stream: &TcpStream, limits: &Limits) -> io::Result<()> {
    // Small frames go out at once: a reply must not wait for the client's
    // delayed acknowledgement.
    stream.set_nodelay(true)?;
    // A peer that vanished while its request runs says nothing more.
    let Some(interval) = limits.ping_interval else { return Ok(()) };
    let probes = TcpKeepalive::new().with_time(interval).with_interval(limits.ping_timeout);
    SockRef::from(stream).set_tcp_keepalive(&probes)
}

/// A TCP stream that joins short pieces, and fails when its peer takes nothing
/// for too long.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    joined: Vec<u8>,
    limit: Duration,
    activity: Arc<Activity>,
    /// Armed while a write waits.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Runs once nothing more is to be sent.
    linger: Option<Pin<Box<Sleep>>>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, limit: Duration, activity: Arc<Activity>) -> Self {
        Self { stream, joined: Vec::new(), limit, activity, stalled: None, linger: None }
    }

    /// The outcome of a write, or the end of the patience with it.
    fn in_time<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        task: &mut Task<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.stalled.take().is_some() {
                self.activity.set_blocked(false);
            }
            return written;
        }
        let (limit, activity) = (self.limit, &self.activity);
        let stalled = self.stalled.get_or_insert_with(|| {
            activity.set_blocked(true);
            Box::pin(sleep(limit))
        });
        stalled.as_mut().poll(task).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(task, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(task, bytes);
        self.in_time(written, task)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let own = self.get_mut();
        let stream = Pin::new(&mut own.stream);
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        let written = if let [piece] = pieces {
            stream.poll_write(task, piece)
        } else if length > SHORT {
            stream.poll_write_vectored(task, pieces)
        } else {
            // What an earlier call could not write comes again in this one.
            own.joined.clear();
            for piece in pieces {
                own.joined.extend_from_slice(piece);
            }
            stream.poll_write(task, &own.joined)
        };
        own.in_time(written, task)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        let Self { stream, linger, .. } = self.get_mut();
        if linger.is_none() {
            ready!(Pin::new(&mut *stream).poll_shutdown(task))?;
        }
        let over = linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        // Whatever else the peer sends is read and thrown away, until it has
        // seen the end and closes as well.
        let mut thrown = [0; SHORT];
        loop {
            if over.as_mut().poll(task).is_ready() {
                return Poll::Ready(Ok(()));
            }
            let mut buffer = ReadBuf::new(&mut thrown);
            match ready!(Pin::new(&mut *stream).poll_read(task, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                // The peer is gone, however it went.
                Ok(()) | Err(_) => return Poll::Ready(Ok(())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_peer_that_vanished_is_asked_for_by_the_system() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        prepare(&socket, &Limits { ping_interval: None, ..Limits::default() }).unwrap();
        assert!(!SockRef::from(&socket).keepalive().unwrap());
        prepare(&socket, &Limits::default()).unwrap();
        assert!(SockRef::from(&socket).keepalive().unwrap() && socket.nodelay().unwrap());
    }
}
