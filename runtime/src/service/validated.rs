//! The contract's rules, checked on what a caller sends: behind every
//! middleware, so that a caller who may not call learns nothing else, and
//! before the handler, which sees no request that breaks a rule.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context as Task, Poll, ready};

use futures_core::Stream;

use super::{Call, Reply, ReplyStream};
use crate::Status;
use crate::codec::Message;
use crate::validate::validate;

type Item = Option<Result<Box<dyn Message>, Status>>;

/// What was wrong with a message of a stream, once one was.
#[derive(Clone, Default)]
pub(super) struct Verdict(Option<Arc<OnceLock<Status>>>);

/// Checks one message now, those of a stream as they are read.
///
/// # Errors
/// `INVALID_ARGUMENT` with the rules that do not hold.
pub(super) fn check(call: Call) -> Result<(Call, Verdict), Status> {
    match call {
        Call::Unary(message) => {
            validate(message.as_ref())?;
            Ok((Call::Unary(message), Verdict::default()))
        }
        Call::Stream(stream) => {
            let verdict = Verdict(Some(Arc::default()));
            let stream = Requests { stream: Some(stream), verdict: verdict.clone() };
            Ok((Call::Stream(Box::pin(stream)), verdict))
        }
    }
}

impl Verdict {
    /// What the caller is answered: that a message was refused, whatever the
    /// handler made of it.
    pub(super) fn over(self, reply: Result<Reply, Status>) -> Result<Reply, Status> {
        match (self.get(), reply) {
            (Some(refused), _) => Err(refused),
            (None, Ok(Reply::Stream(stream))) if self.0.is_some() => {
                let replies = Replies { stream: Some(stream), verdict: self };
                Ok(Reply::Stream(Box::pin(replies)))
            }
            (None, reply) => reply,
        }
    }

    fn get(&self) -> Option<Status> {
        self.0.as_ref()?.get().cloned()
    }

    fn set(&self, status: &Status) {
        if let Some(verdict) = &self.0 {
            // The stream has ended with the first one, so that there is no other.
            let _ = verdict.set(status.clone());
        }
    }
}

/// A caller's stream, which ends at the first message that breaks a rule.
struct Requests {
    stream: Option<ReplyStream>,
    verdict: Verdict,
}

impl Stream for Requests {
    type Item = Result<Box<dyn Message>, Status>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Item> {
        let Some(stream) = &mut self.stream else { return Poll::Ready(None) };
        let item = match ready!(stream.as_mut().poll_next(task)) {
            Some(Ok(message)) => match validate(message.as_ref()) {
                Ok(()) => return Poll::Ready(Some(Ok(message))),
                Err(violations) => {
                    let status = Status::from(violations);
                    self.verdict.set(&status);
                    Some(Err(status))
                }
            },
            item => item,
        };
        if !matches!(item, Some(Ok(_))) {
            self.stream = None;
        }
        Poll::Ready(item)
    }
}

/// The handler's stream, which ends with the verdict where there is one.
struct Replies {
    stream: Option<ReplyStream>,
    verdict: Verdict,
}

impl Stream for Replies {
    type Item = Result<Box<dyn Message>, Status>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Item> {
        let Some(stream) = &mut self.stream else { return Poll::Ready(None) };
        let item = ready!(stream.as_mut().poll_next(task));
        if matches!(item, Some(Ok(_))) {
            return Poll::Ready(item);
        }
        self.stream = None;
        Poll::Ready(self.verdict.get().map(Err).or(item))
    }
}
