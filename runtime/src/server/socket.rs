//! The socket of a connection: a short reply in several pieces leaves as one,
//! which the system takes faster than a list of pieces.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Up to this length, in bytes, pieces are copied together.
const SHORT: usize = 4 << 10;

/// A TCP stream that joins short pieces.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    joined: Vec<u8>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, joined: Vec::new() }
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
        Pin::new(&mut self.stream).poll_write(task, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let Self { stream, joined } = self.get_mut();
        if let [piece] = pieces {
            return Pin::new(stream).poll_write(task, piece);
        }
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        if length > SHORT {
            return Pin::new(stream).poll_write_vectored(task, pieces);
        }
        // What an earlier call could not write comes again in this one.
        joined.clear();
        for piece in pieces {
            joined.extend_from_slice(piece);
        }
        Pin::new(stream).poll_write(task, joined)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(task)
    }
}
