//! What every request must keep to before a transport looks at it: sizes, the
//! name of the server, and how many requests run at once. Handlers never see
//! what is stopped here.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context as Task, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Uri};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tower::BoxError;

use super::hosts::Hosts;
use super::patience::Busy;
use super::stalled::Progress;
use super::{Body, Limits};
use crate::Status;
use crate::status::Reason;

/// When a caller that was refused for lack of room may come again.
const ROOM: Duration = Duration::from_secs(1);

/// The gate of a server.
pub(super) struct Gate {
    limits: Limits,
    hosts: Hosts,
    running: AtomicUsize,
    closing: AtomicBool,
}

impl Gate {
    pub(super) fn new(limits: Limits, hosts: Hosts) -> Self {
        Self { limits, hosts, running: AtomicUsize::new(0), closing: AtomicBool::new(false) }
    }

    /// Notes that connections are to end; they are told by the token of the
    /// server's shutdown.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::Release);
    }

    /// Whether connections are to end.
    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    /// Lets a request in.
    ///
    /// # Errors
    /// It breaks a limit, or there is no room.
    pub(super) fn admit<B>(self: &Arc<Self>, request: &Request<B>) -> Result<Running, Status> {
        self.check_uri(request.uri())?;
        let room = self.check_headers(request.headers())?;
        self.hosts.check(request)?;
        let running = Running { gate: Arc::clone(self), room };
        if self.running.fetch_add(1, Ordering::Relaxed) < self.limits.requests {
            return Ok(running);
        }
        let text = format!("the server works on {} requests already", self.limits.requests);
        Err(Reason::ServerBusy.status(text).with_retry_after(ROOM))
    }

    fn check_uri(&self, uri: &Uri) -> Result<(), Status> {
        let whole = uri.path_and_query().map_or(0, |text| text.as_str().len());
        let query = uri.query().map_or(0, str::len);
        for (what, length, limit) in [
            ("path and query of the request are", whole, self.limits.uri_bytes),
            ("the query of the request is", query, self.limits.query_bytes),
        ] {
            if length > limit {
                let text = format!("{what} {length} bytes long, and may be {limit}");
                return Err(Reason::UriTooLong.status(text).with_retryable(false));
            }
        }
        Ok(())
    }

    /// How much longer the headers may be.
    fn check_headers(&self, headers: &HeaderMap) -> Result<usize, Status> {
        let (length, limit) = (length_of(headers), self.limits.header_bytes);
        limit.checked_sub(length).ok_or_else(|| {
            let text = format!("the request's headers are {length} bytes long, and may be {limit}");
            Reason::HeadersTooLarge.status(text).with_retryable(false)
        })
    }
}

/// How long headers are, as HTTP/1 writes them: with a colon, a space and a line end each.
pub(super) fn length_of(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// A request that was let in, until its response has been sent.
pub(super) struct Running {
    gate: Arc<Gate>,
    /// How long the request's trailers may be, in bytes.
    pub(super) room: usize,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.gate.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The body of a response; its request counts as running as long as it lives.
pub(super) struct Held {
    body: Body,
    progress: Option<Progress>,
    _running: Option<Running>,
    _busy: Busy,
}

impl Held {
    /// To be called in the task that will send the body.
    pub(super) fn new(body: Body, running: Option<Running>, busy: Busy) -> Self {
        let progress = Progress::of_task();
        if let Some(progress) = &progress {
            progress.given(0);
        }
        Self { body, progress, _running: running, _busy: busy }
    }
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = Pin::new(&mut self.body).poll_frame(task);
        if let Some(progress) = &self.progress {
            match &frame {
                Poll::Ready(Some(Ok(piece))) => {
                    progress.given(piece.data_ref().map_or(0, Bytes::len));
                }
                Poll::Ready(_) => {}
                Poll::Pending => progress.asked(),
            }
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
