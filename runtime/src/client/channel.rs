//! The erased connection that every generated client holds, so that one client
//! type works over every transport.

use std::fmt;
use std::sync::Arc;

use futures_core::future::BoxFuture;

use super::grpc::Grpc;
use super::limit;
use super::local::Local;
use super::rest::Rest;
use crate::codec::{Message, json};
use crate::context::Transport as Origin;
use crate::service::{Call, Dispatcher, Inbound, Outbound, Reply, ServiceInfo};
use crate::{Context, Status};

/// A way to a service: sends one call and hands back its reply.
///
/// An implementation need not watch deadline or cancellation of the context
/// (the channel drops the future), but tells the peer about the deadline. It
/// reports every failure as a status; a peer out of reach is `UNAVAILABLE`.
pub trait Transport: Send + Sync + 'static {
    /// Calls the rpc at `method` in the table `info`.
    ///
    /// # Errors
    /// What the peer answered, or why it could not be reached.
    fn call<'a>(
        &'a self,
        info: &'static ServiceInfo,
        method: usize,
        context: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>>;
}

/// A connection to services, over any transport; cheap to clone.
///
/// Every call ends when the deadline of its context passes
/// (`DEADLINE_EXCEEDED`) or its context is cancelled (`CANCELLED`). A context
/// that came in over a network is passed on as its [`Context::child`]: without
/// its metadata, so that a caller's credentials do not leak onwards.
#[derive(Clone)]
pub struct Channel(Arc<dyn Transport>);

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").finish_non_exhaustive()
    }
}

impl Channel {
    /// A channel over a transport of one's own.
    pub fn new(transport: impl Transport) -> Self {
        Self(Arc::new(transport))
    }

    /// A channel to services in this process, through their middleware chain.
    pub fn local(services: impl Into<Dispatcher>) -> Self {
        Self::new(Local::new(services.into()))
    }

    /// A channel to a gRPC server, such as `http://127.0.0.1:8080`, connected at
    /// once. It connects again by itself.
    ///
    /// # Errors
    /// `UNAVAILABLE` where no server answers, `INVALID_ARGUMENT` where `uri` is none.
    pub async fn grpc(uri: &str) -> Result<Self, Status> {
        Self::connected(uri).await
    }

    /// Boxed, as [`sent`](Self::sent) is.
    fn connected(uri: &str) -> BoxFuture<'_, Result<Self, Status>> {
        Box::pin(async move { Grpc::connect(uri).await.map(Self::new) })
    }

    /// A channel to a gRPC server that connects with its first call; to be made
    /// inside a tokio runtime.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` where `uri` is none.
    pub fn grpc_lazy(uri: &str) -> Result<Self, Status> {
        Grpc::lazy(uri).map(Self::new)
    }

    /// A channel to a REST server; the contract's routes are appended to `base`,
    /// such as `http://127.0.0.1:8080`. It connects with the first call.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` where `base` is no `http://` URL.
    pub fn rest(base: &str) -> Result<Self, Status> {
        Self::rest_with(base, json::Options::DEFAULT)
    }

    /// As [`rest`](Self::rest), with settings of how replies are read: to refuse
    /// unknown fields, say, or to take deeper documents.
    ///
    /// # Errors
    /// As for [`rest`](Self::rest).
    pub fn rest_with(base: &str, json: json::Options) -> Result<Self, Status> {
        Rest::new(base, json).map(Self::new)
    }

    /// A channel over a broker, where a consumer answers. Replies wait for
    /// whoever takes the request next: set a deadline. To send work and go on,
    /// use [`queue::Client`](crate::queue::Client), which is a transport too.
    #[cfg(feature = "queue")]
    pub fn queue(broker: crate::broker::Broker) -> Self {
        Self::new(crate::queue::Client::new(broker))
    }

    /// Calls an rpc in erased form.
    ///
    /// # Errors
    /// What the peer answered; `UNAVAILABLE`, `DEADLINE_EXCEEDED`, `CANCELLED`.
    pub async fn call(
        &self,
        info: &'static ServiceInfo,
        method: usize,
        context: &Context,
        call: Call,
    ) -> Result<Reply, Status> {
        self.sent(info, method, context, call).await
    }

    /// The body of an `async fn` is compiled where it is awaited; a box keeps that
    /// of every call here, out of the crates of callers.
    fn sent<'a>(
        &'a self,
        info: &'static ServiceInfo,
        method: usize,
        context: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        Box::pin(async move {
            let child;
            let context = if context.transport() == Origin::Local {
                context
            } else {
                child = context.child();
                &child
            };
            let reply = limit::within(context, self.0.call(info, method, context, call)).await??;
            Ok(match reply {
                Reply::Stream(stream) => Reply::Stream(limit::stream_within(context, stream)),
                unary @ Reply::Unary(_) => unary,
            })
        })
    }

    /// Calls an rpc that takes one message and answers once.
    ///
    /// # Errors
    /// As for [`Channel::call`].
    pub async fn unary<Q: Message, R: Message>(
        &self,
        info: &'static ServiceInfo,
        method: usize,
        context: &Context,
        request: Q,
    ) -> Result<R, Status> {
        let call = Call::Unary(request.erased());
        self.sent(info, method, context, call).await?.into_message()
    }

    /// Calls an rpc that takes one message and answers with a stream.
    ///
    /// # Errors
    /// As for [`Channel::call`].
    pub async fn server_stream<Q: Message, R: Message>(
        &self,
        info: &'static ServiceInfo,
        method: usize,
        context: &Context,
        request: Q,
    ) -> Result<Outbound<R>, Status> {
        let call = Call::Unary(request.erased());
        Ok(self.sent(info, method, context, call).await?.into_stream())
    }

    /// Calls an rpc that takes a stream and answers once.
    ///
    /// # Errors
    /// As for [`Channel::call`].
    pub async fn client_stream<Q: Message, R: Message>(
        &self,
        info: &'static ServiceInfo,
        method: usize,
        context: &Context,
        requests: Inbound<Q>,
    ) -> Result<R, Status> {
        let call = Call::Stream(requests.erase());
        self.sent(info, method, context, call).await?.into_message()
    }

    /// Calls an rpc that takes a stream and answers with a stream.
    ///
    /// # Errors
    /// As for [`Channel::call`].
    pub async fn bidi<Q: Message, R: Message>(
        &self,
        info: &'static ServiceInfo,
        method: usize,
        context: &Context,
        requests: Inbound<Q>,
    ) -> Result<Outbound<R>, Status> {
        let call = Call::Stream(requests.erase());
        Ok(self.sent(info, method, context, call).await?.into_stream())
    }
}
