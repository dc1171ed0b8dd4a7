//! The middleware chain: tower layers around an erased call, the same chain
//! for every transport, the queue included.

use std::future::Future;
use std::sync::Arc;
use std::task::{Context as Task, Poll};

use futures_core::future::BoxFuture;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Layer, Service as Tower, ServiceExt as _};

use super::dispatch::handle;
use super::{Invocation, Reply};
use crate::Status;
use crate::status::Reason;

/// The rest of the chain, down to the handler, as a tower service.
pub type Chain = BoxCloneSyncService<Invocation, Reply, Status>;

/// Adds a tower layer to a chain. Errors of tower's own middlewares become
/// a status: an elapsed timeout `DEADLINE_EXCEEDED`, anything else `UNAVAILABLE`.
pub(crate) fn add_layer<L>(chain: Chain, layer: &L) -> Chain
where
    L: Layer<Chain>,
    L::Service: Tower<Invocation, Response = Reply> + Clone + Send + Sync + 'static,
    <L::Service as Tower<Invocation>>::Error: Into<BoxError>,
    <L::Service as Tower<Invocation>>::Future: Send,
{
    let service = layer.layer(chain).map_err(|error| status(error.into()));
    BoxCloneSyncService::new(service)
}

fn status(error: BoxError) -> Status {
    match error.downcast::<Status>() {
        Ok(status) => *status,
        Err(error) => Reason::LayerFailed.status(error.to_string()).with_source(error),
    }
}

/// A layer from an async function of an invocation and what comes next.
///
/// ```
/// use agentgen::service::{Invocation, Next, Reply, from_fn};
/// use agentgen::Status;
///
/// async fn auth(call: Invocation, next: Next) -> Result<Reply, Status> {
///     if call.context.metadata().get("authorization").is_none() {
///         return Err(Status::unauthenticated("no authorization header"));
///     }
///     next.run(call).await
/// }
/// let layer = from_fn(auth);
/// # let _ = layer;
/// ```
pub fn from_fn<F, Fut>(function: F) -> FromFn<F>
where
    F: Fn(Invocation, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply, Status>> + Send + 'static,
{
    FromFn(Arc::new(function))
}

/// The layer made by [`from_fn`].
pub struct FromFn<F>(Arc<F>);

impl<F> Clone for FromFn<F> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<F> Layer<Chain> for FromFn<F> {
    type Service = FromFnService<F>;

    fn layer(&self, next: Chain) -> Self::Service {
        FromFnService { function: Arc::clone(&self.0), next }
    }
}

/// The service made by the layer of [`from_fn`].
pub struct FromFnService<F> {
    function: Arc<F>,
    next: Chain,
}

impl<F> Clone for FromFnService<F> {
    fn clone(&self) -> Self {
        Self { function: Arc::clone(&self.function), next: self.next.clone() }
    }
}

impl<F, Fut> Tower<Invocation> for FromFnService<F>
where
    F: Fn(Invocation, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply, Status>> + Send + 'static,
{
    type Response = Reply;
    type Error = Status;
    type Future = BoxFuture<'static, Result<Reply, Status>>;

    fn poll_ready(&mut self, _: &mut Task<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, invocation: Invocation) -> Self::Future {
        Box::pin((self.function)(invocation, Next(self.next.clone())))
    }
}

/// What comes after a middleware made by [`from_fn`].
pub struct Next(Chain);

impl Next {
    /// Goes on with the call.
    ///
    /// # Errors
    /// The status of a later middleware or of the handler.
    pub async fn run(self, invocation: Invocation) -> Result<Reply, Status> {
        self.0.oneshot(invocation).await
    }
}

/// Ends every chain: calls the service that the invocation names.
#[derive(Clone, Copy)]
pub(crate) struct Handler;

impl Tower<Invocation> for Handler {
    type Response = Reply;
    type Error = Status;
    type Future = BoxFuture<'static, Result<Reply, Status>>;

    fn poll_ready(&mut self, _: &mut Task<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, invocation: Invocation) -> Self::Future {
        Box::pin(handle(invocation))
    }
}
