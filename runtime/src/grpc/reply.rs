//! Replies as a response body: messages, then the status as trailers.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Body, Frame};

use super::convert::write_status;
use super::frame;
use crate::Status;
use crate::service::{Reply, ReplyStream};

/// How much is gathered into one frame at most, in bytes: the caller of a
/// stream that is always ready must not wait for its end.
const FRAME: usize = 32 << 10;

static STATUS: HeaderName = HeaderName::from_static("grpc-status");
const OK: HeaderValue = HeaderValue::from_static("0");

/// The body of a response that has begun well.
pub(crate) struct Replies {
    ready: BytesMut,
    stream: Option<ReplyStream>,
    gzip: bool,
    end: Option<Result<(), Status>>,
}

impl Replies {
    /// # Errors
    /// The one reply cannot be written.
    pub(super) fn new(reply: Reply, gzip: bool) -> Result<Self, Status> {
        let mut ready = BytesMut::new();
        Ok(match reply {
            Reply::Unary(message) => {
                frame::write(&*message, gzip, &mut ready)?;
                Self { ready, stream: None, gzip, end: Some(Ok(())) }
            }
            Reply::Stream(stream) => Self { ready, stream: Some(stream), gzip, end: None },
        })
    }

    /// Gathers the replies that are ready, up to a frame of them.
    fn gather(&mut self, task: &mut Task<'_>) {
        let Some(stream) = &mut self.stream else { return };
        while self.ready.len() < FRAME {
            let written = match stream.as_mut().poll_next(task) {
                Poll::Pending => return,
                Poll::Ready(Some(Ok(message))) => {
                    frame::write(&*message, self.gzip, &mut self.ready)
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
            return Poll::Ready(Some(Ok(Frame::trailers(trailers(end)))));
        }
        if own.stream.is_some() { Poll::Pending } else { Poll::Ready(None) }
    }
}

fn trailers(end: Result<(), Status>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    match end {
        Ok(()) => _ = headers.insert(&STATUS, OK),
        Err(status) => write_status(&status, &mut headers),
    }
    headers
}
