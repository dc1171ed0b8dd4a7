//! The body of a request, which tells when it is dropped before its end. On HTTP/1
//! no other request can follow then, and the response has to say so.
//!
//! Its trailers count among the headers, which the gate has measured before they come.

use std::error::Error as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll, ready};

use bytes::Bytes;
#[cfg(feature = "rest")]
use futures_util::FutureExt as _;
use http_body::{Body, Frame, SizeHint};
#[cfg(feature = "rest")]
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tower::BoxError;

use super::gate::length_of;
use super::patience::Activity;
use crate::Status;
use crate::status::Reason;

/// The body of a request.
pub(crate) struct Received {
    body: Incoming,
    /// Whom to tell; nobody over HTTP/2, whose requests have a stream each.
    activity: Option<Arc<Activity>>,
    /// How long trailers may be, in bytes.
    room: usize,
}

impl Received {
    pub(super) fn new(body: Incoming, activity: Option<Arc<Activity>>, room: usize) -> Self {
        Self { body, activity, room }
    }

    /// Drops a body that has no meaning. Of a small one, which is there already, the end
    /// is looked for, so that another request may follow.
    #[cfg(feature = "rest")]
    pub(crate) async fn ignore(mut self) {
        if self.activity.is_none() {
            return;
        }
        // The HTTP layer hands over what it has once it is asked.
        for _ in 0..2 {
            while let Some(Some(Ok(_))) = self.frame().now_or_never() {}
            if self.activity.is_none() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if let Some(activity) = self.activity.take()
            && !self.body.is_end_stream()
        {
            activity.set_cut();
        }
    }
}

impl Body for Received {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let own = self.get_mut();
        let frame = ready!(Pin::new(&mut own.body).poll_frame(task));
        Poll::Ready(match frame {
            Some(Ok(frame)) => {
                let length = frame.trailers_ref().map_or(0, length_of);
                Some(if length > own.room { Err(too_long().into()) } else { Ok(frame) })
            }
            Some(Err(error)) if has_long_trailers(&error) => Some(Err(too_long().into())),
            Some(Err(error)) => Some(Err(error.into())),
            None => {
                own.activity = None;
                None
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn too_long() -> Status {
    let text = "the request's trailers are longer than its headers leave room for";
    Reason::HeadersTooLarge.status(text).with_retryable(false)
}

/// Whether HTTP/1's layer has met a limit of its own, 16 KiB and 100 trailers, of
/// which nothing but its words tells.
fn has_long_trailers(error: &hyper::Error) -> bool {
    let beneath = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
    beneath.is_some_and(|io| io.to_string().starts_with("chunk trailers"))
}
