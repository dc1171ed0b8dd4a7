//! Where transports meet: a service is a static table of rpcs and one erased
//! `call`; the dispatcher leads every call of every transport through the
//! same middleware chain.

#[cfg(feature = "queue")]
mod board;
mod call;
mod dispatch;
mod endpoint;
mod guarded;
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
mod idle;
mod middleware;
mod outcome;
mod rows;
mod stream;
mod table;
mod until;
mod validated;

#[cfg(feature = "queue")]
pub(crate) use board::InUse;
#[cfg(all(feature = "grpc", feature = "queue"))]
pub(crate) use board::State;
#[cfg(feature = "rest")]
pub(crate) use call::Intercept;
pub use call::{Call, Invocation, Reply, ReplyStream};
pub use dispatch::{Dispatcher, Rpc};
pub use endpoint::Endpoint;
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
pub(crate) use idle::Idle;
#[cfg(any(feature = "connect", feature = "grpc"))]
pub(crate) use idle::Watched;
pub use middleware::{Chain, Next, from_fn};
pub use outcome::{Failure, Outcome};
pub use rows::Delivery;
pub use stream::{Inbound, Outbound, OutboundSender};
pub use table::{
    Backoff, Body, HttpRoute, Idempotency, Method, QueueRoute, Segment, ServiceInfo, Shape,
    SseRoute, StreamForm, ToolInfo, Variable,
};
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
pub(crate) use until::within;

use std::sync::Arc;

use futures_core::future::BoxFuture;

use crate::{Context, Status};

/// The future of an erased call.
pub type ReplyFuture<'a> = BoxFuture<'a, Result<Reply, Status>>;

/// A service with its types erased. Generated code implements it on a local
/// wrapper of the user's type.
pub trait Service: Send + Sync + 'static {
    /// The table of this service.
    fn info(&self) -> &'static ServiceInfo;

    /// The rpcs that are answered with `UNIMPLEMENTED` whatever they are asked, by
    /// their index: they are no tools of language models.
    fn left_out(&self) -> &'static [usize] {
        &[]
    }

    /// Calls the rpc at `method` in the table.
    ///
    /// # Errors
    /// The status the handler answered with.
    fn call<'a>(&'a self, method: usize, context: &'a Context, call: Call) -> ReplyFuture<'a>;
}

/// A [`Service`] made from the user's implementation of a contract's trait.
pub trait Glue: Service + Sized {
    /// The user's type.
    type Agent;

    /// Wraps an implementation.
    fn new(agent: Arc<Self::Agent>) -> Self;
}
