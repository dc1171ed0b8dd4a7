//! The stream of a running call: it ends with the call's time, a panic in it
//! is an error item, and the call is over when it is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Task, Poll, ready};

use futures_core::Stream;
use futures_core::future::BoxFuture;

use super::dispatch::{Guard, panicked, record};
use super::until::Until;
use super::{Reply, ReplyStream};
use crate::Status;
use crate::codec::Message;

/// A stream with what must last as long as it does.
pub(super) struct Guarded {
    /// `None` once the stream has ended.
    running: Option<(ReplyStream, Guard)>,
    until: Until,
    /// What waits for the end of the call, once the stream has had to wait.
    end: Option<BoxFuture<'static, Status>>,
    span: tracing::Span,
}

impl Guarded {
    pub(super) fn reply(
        stream: ReplyStream,
        until: Until,
        guard: Guard,
        span: tracing::Span,
    ) -> Reply {
        Reply::Stream(Box::pin(Self { running: Some((stream, guard)), until, end: None, span }))
    }
}

impl Stream for Guarded {
    type Item = Result<Box<dyn Message>, Status>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        let own = self.get_mut();
        let Some((stream, _)) = &mut own.running else { return Poll::Ready(None) };
        let entered = own.span.enter();
        let next = || stream.as_mut().poll_next(task);
        let item = match own.until.check().map(|()| catch_unwind(AssertUnwindSafe(next))) {
            Ok(Ok(Poll::Ready(item))) => item,
            Ok(Ok(Poll::Pending)) => {
                let end = own.end.get_or_insert_with(|| Box::pin(own.until.clone().end()));
                Some(Err(ready!(end.as_mut().poll(task))))
            }
            Ok(Err(panic)) => Some(Err(panicked(panic.as_ref()))),
            Err(over) => Some(Err(over)),
        };
        if !matches!(item, Some(Ok(_))) {
            own.running = None;
        }
        drop(entered);
        record(&own.span, item.as_ref().and_then(|item| item.as_ref().err()));
        Poll::Ready(item)
    }
}
