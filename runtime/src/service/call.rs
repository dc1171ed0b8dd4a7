//! One call in its erased form: what goes into a service and what comes out.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use futures_core::Stream;
use futures_core::future::BoxFuture;

use super::{Failure, Inbound, Outbound, Rpc};
use crate::codec::{Message, MessageType};
use crate::status::Reason;
use crate::{Context, Status};

/// A stream of erased messages.
pub type ReplyStream = Pin<Box<dyn Stream<Item = Result<Box<dyn Message>, Status>> + Send>>;

/// What the caller sends.
pub enum Call {
    /// One message.
    Unary(Box<dyn Message>),
    /// A stream of messages.
    Stream(ReplyStream),
}

/// What the handler answers.
pub enum Reply {
    /// One message.
    Unary(Box<dyn Message>),
    /// A stream of messages.
    Stream(ReplyStream),
}

/// One call on its way through the middleware chain.
pub struct Invocation {
    /// Which rpc is called.
    pub rpc: Rpc,
    /// The circumstances of the call.
    pub context: Context,
    /// What the caller sends.
    pub call: Call,
    pub(crate) intercept: Option<Arc<dyn Intercept>>,
}

/// What a transport puts between the chain and the handler, where the caller
/// is known and allowed to call.
pub(crate) trait Intercept: Send + Sync {
    /// Answers instead of the handler, or leaves it to the handler.
    fn before<'a>(
        &'a self,
        rpc: &Rpc,
        context: &'a mut Context,
        call: &Call,
    ) -> BoxFuture<'a, Option<Reply>>;
}

impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invocation")
            .field("rpc", &self.rpc)
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

impl Call {
    /// The one request message, in its own type.
    ///
    /// # Errors
    /// The transport passed a stream, or a message of another type.
    pub fn message<M: Message>(self) -> Result<M, Status> {
        match self {
            Self::Unary(message) => own(message),
            Self::Stream(_) => Err(stray(STREAM_IN)),
        }
    }

    /// The stream of request messages, in their own type.
    pub fn stream<M: Message>(self) -> Inbound<M> {
        Inbound::of(self.into_erased_stream())
    }

    /// The stream of request messages; one message is a stream of one.
    fn into_erased_stream(self) -> ReplyStream {
        match self {
            Self::Stream(stream) => stream,
            Self::Unary(message) => one(message),
        }
    }
}

impl Reply {
    /// Erases the outcome of a handler that answers once.
    ///
    /// # Errors
    /// The handler's error, as a status.
    pub fn unary<M: Message, E: Failure>(result: Result<M, E>) -> Result<Self, Status> {
        match result {
            Ok(message) => Ok(Self::Unary(message.erased())),
            Err(error) => Err(error.into_status()),
        }
    }

    /// Erases the outcome of a handler that answers with a stream.
    ///
    /// # Errors
    /// The handler's error, as a status.
    pub fn stream<M: Message, E: Failure>(result: Result<Outbound<M>, E>) -> Result<Self, Status> {
        match result {
            Ok(stream) => Ok(Self::Stream(stream.erase())),
            Err(error) => Err(error.into_status()),
        }
    }

    /// The one reply message, in its own type.
    ///
    /// # Errors
    /// The reply is a stream, or a message of another type.
    pub fn into_message<M: Message>(self) -> Result<M, Status> {
        match self {
            Self::Unary(message) => own(message),
            Self::Stream(_) => Err(stray(STREAM_OUT)),
        }
    }

    /// The stream of reply messages; one message is a stream of one.
    pub fn into_erased_stream(self) -> ReplyStream {
        match self {
            Self::Stream(stream) => stream,
            Self::Unary(message) => one(message),
        }
    }

    /// The stream of reply messages, in their own type.
    pub fn into_stream<M: Message>(self) -> Outbound<M> {
        Outbound::try_new(Inbound::<M>::of(self.into_erased_stream()))
    }
}

fn one(message: Box<dyn Message>) -> ReplyStream {
    Box::pin(futures_util::stream::iter([Ok(message)]))
}

/// A message in its own type.
pub(super) fn own<M: Message>(message: Box<dyn Message>) -> Result<M, Status> {
    M::of(message).map_err(another)
}

#[cold]
fn another(found: &'static MessageType) -> Status {
    let found = found.name;
    Reason::InvalidReply.status(format!("a message of another type was passed: {found}"))
}

#[cold]
fn stray(text: &'static str) -> Status {
    Reason::InvalidReply.status(text)
}

const STREAM_IN: &str = "a stream was passed to an rpc that takes one message";
const STREAM_OUT: &str = "a stream came back from an rpc that answers once";
