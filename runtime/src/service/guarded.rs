//! The stream of a running call: it ends at the call's deadline, a panic in it
//! is an error item, and the call is over when it is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Task, Poll, ready};

use futures_core::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::dispatch::{Guard, panicked, too_late};
use super::{Reply, ReplyStream};
use crate::Status;
use crate::codec::Message;

/// A stream with what must last as long as it does.
pub(super) struct Guarded {
    /// `None` once the stream has ended.
    running: Option<(ReplyStream, Guard)>,
    deadline: Option<Pin<Box<Sleep>>>,
    span: tracing::Span,
}

impl Guarded {
    pub(super) fn reply(
        stream: ReplyStream,
        deadline: Option<Instant>,
        guard: Guard,
        span: tracing::Span,
    ) -> Reply {
        let deadline = deadline.map(|deadline| Box::pin(sleep_until(deadline)));
        Reply::Stream(Box::pin(Self { running: Some((stream, guard)), deadline, span }))
    }
}

impl Stream for Guarded {
    type Item = Result<Box<dyn Message>, Status>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        let own = self.get_mut();
        let Some((stream, _)) = &mut own.running else { return Poll::Ready(None) };
        let entered = own.span.enter();
        let item = match catch_unwind(AssertUnwindSafe(|| stream.as_mut().poll_next(task))) {
            Ok(Poll::Ready(item)) => item,
            Ok(Poll::Pending) => {
                let Some(deadline) = &mut own.deadline else { return Poll::Pending };
                ready!(deadline.as_mut().poll(task));
                Some(Err(too_late()))
            }
            Err(panic) => Some(Err(panicked(panic.as_ref()))),
        };
        if !matches!(item, Some(Ok(_))) {
            own.running = None;
        }
        drop(entered);
        Poll::Ready(item)
    }
}
