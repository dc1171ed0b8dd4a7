//! The builder that a user's `main` reads as one sentence.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use tower::{BoxError, Layer, Service as Tower};

use super::Background;
#[cfg(feature = "docs")]
use super::Docs;
use super::run::Parts;
#[cfg(feature = "server")]
use super::{Cors, Limits};
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
use crate::codec::json;
#[cfg(feature = "rest")]
use crate::rest::{PathRules, QueryRules};
use crate::service::{Chain, Dispatcher, Glue, Invocation, Reply};
#[cfg(feature = "rest")]
use crate::sse::ReplayStore;
#[cfg(feature = "rest")]
use crate::status::ErrorShape;

/// Serves agents over the transports it is told to.
///
/// `S` is the generated glue of the first service; generated code names it
/// once, in an alias such as `SummarizerAgentServer<T>`.
pub struct Server<S> {
    pub(super) parts: Parts,
    glue: PhantomData<fn() -> S>,
}

impl<S: Glue> Server<S> {
    /// A server of this agent, with no transport yet.
    pub fn new(agent: S::Agent) -> Self {
        let service = S::new(Arc::new(agent));
        Self { parts: Parts::new(Arc::new(service)), glue: PhantomData }
    }
}

impl<S> Server<S> {
    /// Puts a tower layer before the handlers, on every transport and for
    /// every service of this server. The last one added sees a call first.
    #[must_use]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Chain> + Send + Sync + 'static,
        L::Service: Tower<Invocation, Response = Reply> + Clone + Send + Sync + 'static,
        <L::Service as Tower<Invocation>>::Error: Into<BoxError>,
        <L::Service as Tower<Invocation>>::Future: Send,
    {
        self.parts.dispatcher.add_layer(layer);
        self
    }

    /// Serves the services of another server too, each behind the layers it
    /// already has and those of this server. Transports, limits and shutdown
    /// are this server's. Background transports of the other one, such as queues, run as
    /// well and answer its services, which those of this server leave to them; where it has
    /// none, those of this server answer its services too.
    #[must_use]
    pub fn add_service<O>(mut self, other: Server<O>) -> Self {
        self.parts.add(other.parts);
        self
    }

    /// Whether requests are checked against the `buf.validate` rules of the
    /// contract before handlers see them, on every transport; they are by
    /// default, but for rpcs whose contract switches it off.
    #[must_use]
    pub fn validation(mut self, on: bool) -> Self {
        self.parts.dispatcher.set_validation(on);
        self
    }

    /// Runs a transport that needs no socket, such as a queue consumer.
    #[must_use]
    pub fn background(mut self, transport: impl Background) -> Self {
        self.parts.background.push(Box::new(transport));
        self
    }

    /// Starts the shutdown when `signal` is ready, instead of at the
    /// process's interrupt or termination signal.
    #[must_use]
    pub fn shutdown_on(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.parts.shutdown = Some(Box::pin(signal));
        self
    }

    /// How long running calls and streams may take to end once the server
    /// shuts down; 30 s by default. Then they are cancelled, and their callers
    /// are answered `UNAVAILABLE`.
    #[must_use]
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.parts.options.drain_timeout = timeout;
        self
    }

    /// Bounds what peers may send.
    #[cfg(feature = "server")]
    #[must_use]
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.parts.options.limits);
        self
    }

    /// Answers only to these host names (without ports), whatever address it
    /// is bound to; `*` is every name. By default a server that is bound to a
    /// loopback address answers to `localhost`, `127.0.0.1` and `[::1]`, so that
    /// no web page can reach it under a name of its own (DNS rebinding), and
    /// any other server to every name. Others get HTTP 421.
    ///
    /// A server with these default names is called by programs and pages of its
    /// own machine: pages of other sites, which browsers let send what a form
    /// could, get HTTP 403 unless [`cors`](Self::cors) allows their origin.
    #[cfg(feature = "server")]
    #[must_use]
    pub fn allowed_hosts(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.parts.options.hosts = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Lets web pages of other origins call, over every transport of the
    /// socket; off by default.
    #[cfg(feature = "server")]
    #[must_use]
    pub fn cors(mut self, cors: Cors) -> Self {
        self.parts.options.cors = Some(cors);
        self
    }

    /// Speaks TLS, and nothing else, on the socket.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, tls: super::Tls) -> Self {
        self.parts.tls = Some(tls);
        self
    }

    /// The services and their layers without any transport, for calls in the
    /// same process.
    pub fn into_dispatcher(self) -> Dispatcher {
        self.parts.dispatcher
    }
}

#[cfg(feature = "grpc")]
impl<S> Server<S> {
    /// Serves gRPC and gRPC-Web.
    #[must_use]
    pub fn grpc(mut self) -> Self {
        self.parts.options.grpc.get_or_insert_default();
        self
    }

    /// Serves gRPC with server reflection.
    #[must_use]
    pub fn reflection(mut self) -> Self {
        self.parts.options.grpc.get_or_insert_default().reflection = Some(crate::grpc::reflection);
        self
    }

    /// Serves gRPC with the standard health service: serving until the
    /// shutdown starts.
    #[must_use]
    pub fn health(mut self) -> Self {
        self.parts.options.grpc.get_or_insert_default().health = Some(crate::grpc::health);
        self
    }
}

#[cfg(feature = "connect")]
impl<S> Server<S> {
    /// Serves the Connect protocol, on the paths `/{package}.{Service}/{Method}`.
    ///
    /// Where REST has the same path, its default binding, a `POST` of JSON is
    /// Connect's if it has the header `Connect-Protocol-Version`, which clients
    /// of Connect send, and REST's if not. All other requests differ in their
    /// content types.
    #[must_use]
    pub fn connect(mut self) -> Self {
        self.parts.options.connect = true;
        self
    }
}

#[cfg(any(feature = "connect", feature = "grpc"))]
impl<S> Server<S> {
    /// Compresses replies of gRPC, gRPC-Web and Connect with gzip for callers
    /// that accept it; off by default. Compressed requests are always understood.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.parts.options.gzip = true;
        self
    }
}

#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
impl<S> Server<S> {
    /// Reads messages in JSON with these options, on every transport that has them.
    #[must_use]
    pub fn json_options(mut self, options: json::Options) -> Self {
        self.parts.options.json = options;
        self
    }
}

#[cfg(feature = "rest")]
impl<S> Server<S> {
    /// Serves REST, server-sent events, `/openapi.json` and `/asyncapi.json`,
    /// and with the feature `docs`, which is on by default, the docs page.
    #[must_use]
    pub fn rest(mut self) -> Self {
        self.parts.options.rest.get_or_insert_default();
        self
    }

    /// Serves REST with these rules for request paths.
    #[must_use]
    pub fn path_rules(mut self, change: impl FnOnce(&mut PathRules)) -> Self {
        change(&mut self.parts.options.rest.get_or_insert_default().paths);
        self
    }

    /// Serves REST with these rules for the queries of requests.
    #[must_use]
    pub fn query_rules(mut self, change: impl FnOnce(&mut QueryRules)) -> Self {
        change(&mut self.parts.options.rest.get_or_insert_default().query);
        self
    }

    /// Serves REST, and keeps the last events of streams here instead of in
    /// the memory of the process ([`MemoryReplay`](super::MemoryReplay)), so
    /// that another process can go on with them.
    #[must_use]
    pub fn replay_store(mut self, store: impl ReplayStore) -> Self {
        self.parts.options.rest.get_or_insert_default().replay = Some(Arc::new(store));
        self
    }

    /// Serves REST with this form of error bodies for requests whose service
    /// is not known; by default the one that all services agree on, else that
    /// of AIP-193. The form of a service is its contract's to say.
    #[must_use]
    pub fn error_shape(mut self, shape: ErrorShape) -> Self {
        self.parts.options.rest.get_or_insert_default().error_shape = Some(shape);
        self
    }

    /// Serves REST, and the docs page with these options: at another path than
    /// `/docs`, or not at all.
    ///
    /// The page can be read by whoever reaches the port: layers see calls, and
    /// reading it is none. What it calls passes them as every call does.
    #[cfg(feature = "docs")]
    #[must_use]
    pub fn docs(mut self, change: impl FnOnce(&mut Docs)) -> Self {
        change(&mut self.parts.options.rest.get_or_insert_default().docs);
        self
    }
}

impl<S> fmt::Debug for Server<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("services", &self.parts.dispatcher.services().collect::<Vec<_>>())
            .field("options", &self.parts.options)
            .finish_non_exhaustive()
    }
}
