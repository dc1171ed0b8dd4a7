//! Replies as a response body: messages, then how the call ended.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream as _;
use http::HeaderMap;
use http_body::{Body, Frame};

use super::{Format, frame};
use crate::Status;
use crate::context::ReplyHeaders;
use crate::service::{Idle, Reply, Watched};

/// How much is gathered into one frame at most, in bytes: the caller of a
/// stream that is always ready must not wait for its end.
const FRAME: usize = 32 << 10;

/// With how much room a stream begins, in bytes: it would else be made in many
/// steps, as short messages come one by one.
const ROOM: usize = 1 << 10;

/// How replies are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writing {
    pub(crate) format: Format,
    pub(crate) gzip: bool,
    /// What comes after the last reply: how the call ended, and the trailers
    /// that the handler set.
    pub(crate) end: fn(Result<(), Status>, HeaderMap) -> Frame<Bytes>,
}

/// The body of a response that has begun well.
pub(crate) struct Replies {
    ready: BytesMut,
    stream: Option<Watched>,
    writing: Writing,
    metadata: ReplyHeaders,
    end: Option<Result<(), Status>>,
}

impl Replies {
    /// The replies of an rpc, a stream of them under its clock.
    ///
    /// # Errors
    /// The one reply cannot be written.
    pub(crate) fn new(
        reply: Reply,
        idle: &Idle,
        writing: Writing,
        metadata: ReplyHeaders,
    ) -> Result<Self, Status> {
        let (ready, stream, end) = match reply {
            Reply::Unary(message) => {
                let mut ready = BytesMut::new();
                frame::write(&*message, writing.format, writing.gzip, &mut ready)?;
                (ready, None, Some(Ok(())))
            }
            Reply::Stream(stream) => {
                (BytesMut::with_capacity(ROOM), Some(idle.watched(stream)), None)
            }
        };
        Ok(Self { ready, stream, writing, metadata, end })
    }

    /// Gathers the replies that are ready, up to a frame of them.
    fn gather(&mut self, task: &mut Task<'_>) {
        let Writing { format, gzip, .. } = self.writing;
        let Some(stream) = &mut self.stream else { return };
        while self.ready.len() < FRAME {
            let written = match Pin::new(&mut *stream).poll_next(task) {
                Poll::Pending => return,
                Poll::Ready(Some(Ok(message))) => {
                    frame::write(&*message, format, gzip, &mut self.ready)
                }
                Poll::Ready(Some(Err(status))) => Err(status),
                Poll::Ready(None) => {
                    self.end = Some(Ok(()));
                    break;
                }
            };
            if let Err(status) = written {
                self.end = Some(Err(status));
                break;
            }
        }
        if self.end.is_some() {
            self.stream = None;
        }
    }
}

impl Body for Replies {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let own = self.get_mut();
        own.gather(task);
        if !own.ready.is_empty() {
            // A stream goes on with what room is left.
            let going_on = own.stream.is_some();
            let ready = if going_on { own.ready.split() } else { std::mem::take(&mut own.ready) };
            return Poll::Ready(Some(Ok(Frame::data(ready.freeze()))));
        }
        if let Some(end) = own.end.take() {
            return Poll::Ready(Some(Ok((own.writing.end)(end, own.metadata.take_trailers()))));
        }
        if own.stream.is_some() { Poll::Pending } else { Poll::Ready(None) }
    }
}
