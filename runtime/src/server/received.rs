//! The body of a request, which tells when it is dropped before its end. On HTTP/1
//! no other request can follow then, and the response has to say so.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::patience::Activity;

/// The body of a request.
pub(crate) struct Received {
    body: Incoming,
    /// Whom to tell; nobody over HTTP/2, whose requests have a stream each.
    activity: Option<Arc<Activity>>,
}

impl Received {
    pub(super) fn new(body: Incoming, activity: Option<Arc<Activity>>) -> Self {
        Self { body, activity }
    }

    /// Leaves the rest to the HTTP layer: for a body that has no meaning.
    #[cfg(feature = "rest")]
    pub(crate) fn ignore(mut self) {
        self.activity = None;
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
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let own = self.get_mut();
        let frame = Pin::new(&mut own.body).poll_frame(task);
        if matches!(frame, Poll::Ready(None)) {
            own.activity = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
