//! A socket that looks at its client's greeting: HTTP/2 has one of its own.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::patience::Activity;

/// The connection preface of HTTP/2 (RFC 9113, 3.4).
const GREETING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The socket.
pub(super) struct Greeted<S> {
    socket: S,
    activity: Arc<Activity>,
    /// What is still to come of HTTP/2's greeting; `None` once it is decided.
    left: Option<&'static [u8]>,
}

impl<S> Greeted<S> {
    /// A socket that tells `activity` when its client speaks HTTP/2.
    pub(super) fn new(socket: S, activity: Arc<Activity>) -> Self {
        Self { socket, activity, left: Some(GREETING) }
    }

    /// Compares what has come with what is left.
    fn greet(&mut self, left: &'static [u8], came: &[u8]) {
        let length = left.len().min(came.len());
        let (greeting, rest) = left.split_at(length);
        self.left = came.starts_with(greeting).then_some(rest);
        if rest.is_empty() && self.left.take().is_some() {
            self.activity.set_multiplexed();
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Greeted<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let own = self.get_mut();
        let before = into.filled().len();
        let read = Pin::new(&mut own.socket).poll_read(task, into);
        if let Some(left) = own.left {
            own.greet(left, into.filled().get(before..).unwrap_or_default());
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    /// Whether a client that sends these pieces is taken to speak HTTP/2.
    async fn is_http2(pieces: &[&[u8]]) -> bool {
        let (mut client, server) = duplex(64);
        let activity = Arc::new(Activity::default());
        let mut socket = Greeted::new(server, Arc::clone(&activity));
        for piece in pieces {
            client.write_all(piece).await.unwrap();
            let mut read = vec![0; piece.len()];
            socket.read_exact(&mut read).await.unwrap();
            assert_eq!(read, *piece);
        }
        activity.is_multiplexed()
    }

    #[tokio::test]
    async fn http_2_is_known_by_its_whole_greeting_in_any_pieces() {
        assert!(is_http2(&[GREETING]).await);
        assert!(is_http2(&[b"P", b"RI * HTTP/2.0\r\n\r\nS", b"M\r\n\r\nframes"]).await);
        assert!(!is_http2(&[b"PRI * HTTP/2.0\r\n\r\nSM"]).await);
        assert!(!is_http2(&[b"PRI * HTTP/2.0\r\n\r\nSX\r\n\r\n"]).await);
        assert!(!is_http2(&[b"GET / HTTP/1.1\r\n", GREETING]).await);
    }
}
