//! Typed work for a queue: sent with the broker's confirmation, now or later,
//! and not waited for.

use std::fmt;
use std::future::IntoFuture;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_core::future::BoxFuture;
use sha2::{Digest as _, Sha256};

use super::client::{Client, SendOptions, Sent};
use super::envelope::Format;
use crate::codec::Message;
use crate::context::Transport;
use crate::service::Endpoint;
use crate::{Context, Status};

/// Work that is about to be sent. To a [`Client`], it is sent when it is awaited;
/// to an outbox, when it is written to a transaction.
#[must_use = "nothing is sent before it is awaited or written"]
pub struct Post<T, Q, R> {
    pub(crate) to: T,
    pub(crate) endpoint: Endpoint<Q, R>,
    pub(crate) message: Q,
    pub(crate) context: Context,
    pub(crate) options: SendOptions,
}

impl<T, Q: Message, R> Post<T, Q, R> {
    pub(crate) fn new(to: T, endpoint: Endpoint<Q, R>, message: Q) -> Self {
        let (context, options) = (Context::new(), SendOptions::default());
        Self { to, endpoint, message, context, options }
    }
}

impl Client {
    /// Sends work to an rpc and goes on: it is durable when the returned value,
    /// awaited, resolves, and nobody waits for a reply.
    ///
    /// ```ignore
    /// client.post(SummarizerAgentClient::SUMMARIZE, request).after(Duration::from_secs(60)).await?;
    /// ```
    pub fn post<Q: Message, R>(&self, endpoint: Endpoint<Q, R>, message: Q) -> Post<&Self, Q, R> {
        Post::new(self, endpoint, message)
    }
}

impl<T, Q: Message, R> Post<T, Q, R> {
    /// Sends it on behalf of a call: with its correlation id and trace, and, where the
    /// context is one's own, its metadata and idempotency key. Its deadline is that of a
    /// caller who waits, and is left out.
    ///
    /// Where the caller sent an idempotency key, the work has one that is made of it, of
    /// the rpc and of the message: a handler that runs again for the same call sends the
    /// same work once, and different work for one call stays apart.
    pub fn on_behalf_of(mut self, context: &Context) -> Self {
        let child = match (context.transport(), context.idempotency_key()) {
            (Transport::Local, _) => context.clone(),
            (_, None) => context.child(),
            (_, Some(key)) => context.child().with_idempotency_key(self.derived_key(key)),
        };
        self.context = child.without_deadline();
        self
    }

    fn derived_key(&self, key: &str) -> String {
        let (info, method) = (self.endpoint.info(), self.endpoint.method());
        let method = info.methods.get(method).map_or("?", |method| method.name);
        // A message without this form is refused when it is sent.
        let body = Format::Protobuf.encode(&self.message).unwrap_or_default();
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(body));
        format!("{key}/{}/{method}/{digest}", info.name)
    }

    /// A second message of this key and subject is accepted and dropped within
    /// the broker's dedupe window, and handled once by consumers that remember.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.context = self.context.with_idempotency_key(key);
        self
    }

    /// Has it delivered when this time has passed.
    pub fn after(mut self, delay: Duration) -> Self {
        self.options.delay = delay;
        self
    }

    /// Has it delivered at a time, as this machine's clock tells it; at once
    /// where that has passed.
    pub fn at(self, time: SystemTime) -> Self {
        self.after(time.duration_since(SystemTime::now()).unwrap_or_default())
    }

    /// How long the work is worth doing, from now: what is not begun by then is
    /// dead-lettered as `EXPIRED`, and what runs is cancelled.
    pub fn worth_doing_for(mut self, time: Duration) -> Self {
        self.context = self.context.with_timeout(time);
        self
    }
}

impl<'a, Q: Message, R: 'a> IntoFuture for Post<&'a Client, Q, R> {
    type Output = Result<Sent, Status>;
    type IntoFuture = BoxFuture<'a, Result<Sent, Status>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { to, endpoint, message, context, options } = self;
            to.send(endpoint.info(), endpoint.method(), &context, &message, options).await
        })
    }
}

impl<T, Q, R> fmt::Debug for Post<T, Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post")
            .field("endpoint", &self.endpoint)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
