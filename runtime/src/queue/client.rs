//! Calls over a broker: send a request, wait for its replies; or send work
//! and go on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;
use uuid::Uuid;

use super::envelope::{self, Format, names};
use super::replies::Expected;
use super::router::Router;
use super::{meters, ordering};
use crate::broker::{Broker, Publish};
use crate::codec::Message;
use crate::service::{Call, Method, QueueRoute, Reply, ServiceInfo};
use crate::{Context, Metadata, Status};

/// Sends requests over a broker. Clones share one subscription for replies,
/// which the first call that waits begins, and the last clone ends.
#[derive(Clone)]
pub struct Client {
    broker: Broker,
    source: Arc<str>,
    format: Format,
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
        let source = format!("/clients/{}", Uuid::now_v7()).into();
        let broker = meters::measured(broker);
        Self { broker, source, format: Format::default(), router: Arc::default() }
    }

    /// Writes requests in another format; replies come in it too.
    #[must_use]
    pub fn with_format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Sends a message to the rpc at `method` in the table and goes on: it is
    /// durable when this resolves, and nobody waits for a reply.
    ///
    /// With an idempotency key in the context, a second message of that key
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
        let (_, route) = target(info, method)?;
        let (id, mut publish) = self.request(info, route, context, message)?;
        if let Some(key) = context.idempotency_key() {
            publish.dedupe_key = Some(format!("key {key}"));
        }
        publish.delay = options.delay;
        let published = self.broker.publish(publish).await?;
        Ok(Sent { id, duplicate: published.duplicate })
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
        let (method, route) = target(info, method)?;
        let Call::Unary(message) = call else {
            return Err(Status::unimplemented("a stream of requests does not fit a queue"));
        };
        let router = self.router.get_or_try_init(|| Router::start(&self.broker)).await?;
        let (id, mut publish) = self.request(info, route, context, &*message)?;
        publish.headers.insert(names::REPLY_TO, &router.subject);
        let mailbox = router.expect(&id);
        self.broker.publish(publish).await?;
        let expected = Expected::new(mailbox, method, Arc::clone(&self.router));
        if method.shape.server_streams() {
            expected.stream().await.map(Reply::Stream)
        } else {
            expected.unary().await.map(Reply::Unary)
        }
    }

    /// A request and its id. Its id is its dedupe key, so that publishing it
    /// twice stores it once.
    fn request(
        &self,
        info: &'static ServiceInfo,
        route: &QueueRoute,
        context: &Context,
        message: &dyn Message,
    ) -> Result<(String, Publish), Status> {
        let of = message.message_type();
        let mut headers = Metadata::new();
        context.write_headers(&mut headers);
        // A header that a caller was sent must not decide where replies go.
        headers.remove(names::REPLY_TO);
        headers.remove(names::DEADLINE);
        context.write_deadline(&mut headers);
        let id = envelope::stamp(&mut headers, &self.source, of.name, self.format);
        envelope::stamp_schema(&mut headers, info, of);
        let ordering_key = match route.ordering_key {
            Some(path) => Some(ordering::key(message, path)?),
            None => None,
        };
        if let Some(key) = &ordering_key {
            envelope::set(&mut headers, names::SUBJECT, key);
            envelope::set(&mut headers, names::PARTITION_KEY, key);
        }
        let body = self.format.encode(message)?;
        let dedupe_key = Some(format!("id {} {id}", self.source));
        let publish = Publish::new(route.subject, headers, body);
        Ok((id, Publish { ordering_key, dedupe_key, ..publish }))
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
    ) -> futures_core::future::BoxFuture<'a, Result<Reply, Status>> {
        Box::pin(Self::call(self, info, method, context, call))
    }
}

/// The row of an rpc and its subject.
fn target(
    info: &'static ServiceInfo,
    method: usize,
) -> Result<(&'static Method, &'static QueueRoute), Status> {
    let route = info.queue.iter().find(|route| route.method == method);
    info.methods.get(method).zip(route).ok_or_else(|| {
        let name = info.methods.get(method).map_or("?", |method| method.name);
        Status::unimplemented(format!("{}/{name} has no queue subject", info.name))
    })
}
