//! Calls over a broker: send a request, wait for its replies; or send work
//! and go on.

use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::sync::OnceCell;

use super::claims::{self, Claims};
use super::envelope::{Format, names};
use super::replies::Expected;
use super::router::Router;
use super::writer::{Writer, target};
use super::{gate, meters};
use crate::broker::{Broker, Publish};
use crate::codec::Message;
use crate::service::{Call, Reply, ServiceInfo};
use crate::{Context, Status};

/// Sends requests over a broker. Clones share one subscription for replies,
/// which the first call that waits begins, and the last clone ends.
#[derive(Clone)]
pub struct Client {
    broker: Broker,
    writer: Writer,
    claims: Option<Claims>,
    router: Arc<OnceCell<Router>>,
}

/// How a message is sent.
#[derive(Clone, Debug, Default)]
pub struct SendOptions {
    /// How long it is held back.
    pub delay: Duration,
}

/// The receipt for a message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its id.
    pub id: String,
    /// Whether a message of the same idempotency key was sent within the
    /// broker's dedupe window, so that this one was dropped.
    pub duplicate: bool,
}

impl Client {
    /// A client that writes protobuf.
    pub fn new(broker: Broker) -> Self {
        let broker = meters::measured(broker);
        Self { broker, writer: Writer::new(), claims: None, router: Arc::default() }
    }

    /// Writes requests in another format; replies come in it too.
    #[must_use]
    pub fn with_format(mut self, format: Format) -> Self {
        self.writer.format = format;
        self
    }

    /// Where bodies go that are too large for the broker, and where those of
    /// replies are. Without it, a large body is refused with `OUT_OF_RANGE`.
    #[must_use]
    pub fn with_claims(mut self, claims: Claims) -> Self {
        self.claims = Some(claims);
        self
    }

    /// Sends to subjects that begin with `name` and a dot: to the agents that
    /// answer there, by [`Options::namespace`](super::Options::namespace).
    /// Replies come to the same place.
    #[must_use]
    pub fn in_namespace(mut self, name: &str) -> Self {
        self.writer.namespace = Some(name.into());
        self
    }

    /// Sends a message to the rpc at `method` in the table and goes on: it is
    /// durable when this resolves, and nobody waits for a reply.
    ///
    /// With an idempotency key in the message, where the contract names a field
    /// for it, or in the context, a second message of that key
    /// and subject is accepted and dropped within the broker's dedupe window.
    ///
    /// # Errors
    /// `UNIMPLEMENTED` where the rpc has no subject; `UNAVAILABLE` where the
    /// broker cannot write.
    pub async fn send(
        &self,
        info: &'static ServiceInfo,
        method: usize,
        context: &Context,
        message: &dyn Message,
        options: SendOptions,
    ) -> Result<Sent, Status> {
        let work = self.writer.work(info, method, context, message, options.delay)?;
        self.publish(work).await
    }

    /// Boxed, as [`answered`](Self::answered) is.
    fn publish(&self, (id, publish): (String, Publish)) -> BoxFuture<'_, Result<Sent, Status>> {
        Box::pin(async move {
            let publish = claims::fit(&self.broker, self.claims.as_ref(), publish).await?;
            let published = self.broker.publish(publish).await?;
            Ok(Sent { id, duplicate: published.duplicate })
        })
    }

    /// Calls the rpc at `method` in the table and waits for the reply, for as
    /// long as the future lives: the deadline of the context is told to the
    /// consumer, and is the caller's to watch.
    ///
    /// # Errors
    /// What the handler answered; `UNIMPLEMENTED` where the rpc has no
    /// subject; `UNAVAILABLE` where the broker cannot write; `ABORTED` where a
    /// stream began anew with another attempt.
    pub async fn call(
        &self,
        info: &'static ServiceInfo,
        method: usize,
        context: &Context,
        call: Call,
    ) -> Result<Reply, Status> {
        self.answered(info, method, context, call).await
    }

    /// The body of an `async fn` is compiled where it is awaited; a box keeps it
    /// out of the crates of callers.
    fn answered<'a>(
        &'a self,
        info: &'static ServiceInfo,
        method: usize,
        context: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        Box::pin(async move {
            let (method, route) = target(info, method)?;
            let Call::Unary(message) = call else {
                return Err(Status::unimplemented("a stream of requests does not fit a queue"));
            };
            let router = self.router.get_or_try_init(|| Router::start(&self.broker)).await?;
            let (id, mut publish) = self.writer.request(info, route, context, &*message)?;
            publish.headers.insert(names::REPLY_TO, &router.subject);
            let publish = claims::fit(&self.broker, self.claims.as_ref(), publish).await?;
            let mailbox = router.expect(&id);
            let awaited = gate::waits_for(context.turn(), &id);
            self.broker.publish(publish).await?;
            let router = Arc::clone(&self.router);
            let expected = Expected::new(mailbox, awaited, method, self.claims.clone(), router);
            if method.shape.server_streams() {
                expected.stream().await.map(Reply::Stream)
            } else {
                expected.unary().await.map(Reply::Unary)
            }
        })
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("broker", &self.broker).finish_non_exhaustive()
    }
}

#[cfg(feature = "client")]
impl crate::client::Transport for Client {
    fn call<'a>(
        &'a self,
        info: &'static ServiceInfo,
        method: usize,
        context: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        self.answered(info, method, context, call)
    }
}
