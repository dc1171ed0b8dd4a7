//! Streams of messages in handlers' signatures: one box each, made from any
//! stream, so that a trait method names no stream type and captures nothing.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context as Task, Poll};

use futures_core::Stream;
use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use super::call::{ReplyStream, own};
use crate::Status;
use crate::codec::Message;

type Items<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The stream of messages that a caller sends.
pub struct Inbound<T>(Items<T>);

/// The stream of messages that a handler answers with.
///
/// An error item ends the stream.
pub struct Outbound<T>(Items<T>);

impl<T> Inbound<T> {
    /// A stream of messages, or of the error that cut it.
    pub fn new(stream: impl Stream<Item = Result<T, Status>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }
}

impl<T: Send + 'static> Inbound<T> {
    /// A stream of these messages.
    pub fn from_messages<I>(messages: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        Self::new(futures_util::stream::iter(messages).map(Ok))
    }

    /// The next message; `None` once the caller has sent all.
    ///
    /// # Errors
    /// The stream was cut, or a message was undecodable.
    pub async fn message(&mut self) -> Result<Option<T>, Status> {
        self.0.next().await.transpose()
    }
}

impl<T: Send + 'static> Outbound<T> {
    /// A stream that cannot fail once it has begun.
    pub fn new(stream: impl Stream<Item = T> + Send + 'static) -> Self {
        Self(Box::pin(stream.map(Ok)))
    }

    /// A stream of these messages.
    pub fn from_messages<I>(messages: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        Self::new(futures_util::stream::iter(messages))
    }

    /// A stream whose items may be an error; the first one ends it.
    pub fn try_new<E: Into<Status>>(
        stream: impl Stream<Item = Result<T, E>> + Send + 'static,
    ) -> Self {
        let mut failed = false;
        Self(Box::pin(stream.map(|item| item.map_err(Into::into)).take_while(move |item| {
            let go_on = !failed;
            failed |= item.is_err();
            std::future::ready(go_on)
        })))
    }

    /// A sender and the stream of what it sends, with room for `capacity`
    /// messages; the sender waits while it is full.
    ///
    /// # Panics
    /// With a capacity of 0.
    pub fn channel(capacity: usize) -> (OutboundSender<T>, Self) {
        let (sender, mut receiver) = mpsc::channel(capacity);
        let stream = futures_util::stream::poll_fn(move |task| receiver.poll_recv(task));
        (OutboundSender(sender), Self::try_new::<Status>(stream))
    }

    /// The next message; `None` at the end.
    ///
    /// # Errors
    /// The error that ends the stream.
    pub async fn message(&mut self) -> Result<Option<T>, Status> {
        self.0.next().await.transpose()
    }
}

impl<T: Message> Outbound<T> {
    pub(crate) fn erase(self) -> ReplyStream {
        Box::pin(Erased(self.0))
    }
}

impl<T: Message> Inbound<T> {
    /// The messages of an erased stream, in their own type.
    pub(crate) fn of(stream: ReplyStream) -> Self {
        Self(Box::pin(Restored(stream, PhantomData)))
    }

    #[cfg(feature = "client")]
    pub(crate) fn erase(self) -> ReplyStream {
        Box::pin(Erased(self.0))
    }
}

/// A stream with its items erased. Written out, and not by combinators: it is
/// compiled once a message type, in every application.
struct Erased<T>(Items<T>);

impl<T: Message> Stream for Erased<T> {
    type Item = Result<Box<dyn Message>, Status>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        match self.0.as_mut().poll_next(task) {
            Poll::Ready(Some(Ok(message))) => Poll::Ready(Some(Ok(message.erased()))),
            Poll::Ready(Some(Err(status))) => Poll::Ready(Some(Err(status))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

/// The reverse of [`Erased`].
struct Restored<T>(ReplyStream, PhantomData<fn() -> T>);

impl<T: Message> Stream for Restored<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        match self.0.as_mut().poll_next(task) {
            Poll::Ready(Some(Ok(message))) => Poll::Ready(Some(own(message))),
            Poll::Ready(Some(Err(status))) => Poll::Ready(Some(Err(status))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

/// Feeds an [`Outbound`] stream.
pub struct OutboundSender<T>(mpsc::Sender<Result<T, Status>>);

impl<T> OutboundSender<T> {
    /// Sends a message, waiting for room; `false` once the caller has gone.
    pub async fn send(&self, message: T) -> bool {
        self.0.send(Ok(message)).await.is_ok()
    }

    /// Ends the stream with an error; `false` once the caller has gone.
    pub async fn fail(self, error: impl Into<Status> + Send) -> bool {
        self.0.send(Err(error.into())).await.is_ok()
    }
}

macro_rules! stream {
    ($name:ident) => {
        impl<T> Stream for $name<T> {
            type Item = Result<T, Status>;

            fn poll_next(
                mut self: Pin<&mut Self>,
                task: &mut Task<'_>,
            ) -> Poll<Option<Self::Item>> {
                self.0.as_mut().poll_next(task)
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

stream!(Inbound);
stream!(Outbound);
