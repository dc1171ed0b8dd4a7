//! The life of a server: start every transport, wait for the end, let what
//! runs finish, cut off the rest.

use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use futures_util::FutureExt as _;
#[cfg(feature = "server")]
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::task::JoinSet;
#[cfg(feature = "server")]
use {
    super::connection::Connector, super::endpoint::Endpoint, super::gate::Gate, super::hosts::Hosts,
};

use super::background::Transports;
use super::signal::stop_signal;
use super::{Options, Server};
use crate::Status;
use crate::service::{Dispatcher, Service};

/// How long the answers to calls that were cut off may take to leave.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// A server whose agent type no longer matters.
pub(super) struct Parts {
    pub(super) dispatcher: Dispatcher,
    pub(super) options: Options,
    pub(super) background: Transports,
    pub(super) shutdown: Option<BoxFuture<'static, ()>>,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<super::Tls>,
}

impl<S> Server<S> {
    /// Runs the transports that need no socket until the server is shut down.
    ///
    /// # Errors
    /// A transport cannot work, an expression of a rule is wrong, or the process may not listen for signals.
    pub async fn run(self) -> Result<(), Status> {
        self.parts.run().await
    }

    /// Serves on `address` until the server is shut down.
    ///
    /// # Errors
    /// The address cannot be bound, and as [`serve`](Self::serve).
    #[cfg(feature = "server")]
    pub async fn listen(self, address: impl ToSocketAddrs) -> Result<(), Status> {
        let listener = TcpListener::bind(address).await.map_err(unbound)?;
        self.parts.serve(listener).await
    }

    /// Serves on a bound socket until the server is shut down: it then
    /// accepts no connection, reports that it is not serving, lets running
    /// calls, streams and deliveries end, and after the drain timeout cancels
    /// those left: their callers are answered `UNAVAILABLE`, deliveries go
    /// back to the queue.
    ///
    /// # Errors
    /// Two services claim one route, a contract's descriptors are broken, the
    /// settings of CORS or TLS are, an expression of a rule is wrong, a transport cannot work, or the process may not listen for signals.
    #[cfg(feature = "server")]
    pub async fn serve(self, listener: TcpListener) -> Result<(), Status> {
        self.parts.serve(listener).await
    }
}

#[cfg(feature = "server")]
fn unbound(error: std::io::Error) -> Status {
    Status::unavailable(format!("the server cannot listen: {error}")).with_source(error)
}

impl Parts {
    /// A server of one service.
    pub(super) fn new(service: Arc<dyn Service>) -> Self {
        Self {
            dispatcher: service.into(),
            options: Options::default(),
            background: Transports::default(),
            shutdown: None,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// Adds the services and background transports of another server.
    pub(super) fn add(&mut self, other: Self) {
        self.background.add(other.background, &other.dispatcher);
        self.dispatcher.merge(other.dispatcher);
    }
}

/// The body of an `async fn` is compiled where it is awaited: these, and all
/// that they await, would be compiled in every application. Functions that
/// return a box are not.
impl Parts {
    fn run(self) -> BoxFuture<'static, Result<(), Status>> {
        Box::pin(self.run_here())
    }

    #[cfg(feature = "server")]
    fn serve(self, listener: TcpListener) -> BoxFuture<'static, Result<(), Status>> {
        Box::pin(self.serve_here(listener))
    }

    async fn run_here(self) -> Result<(), Status> {
        #[cfg(feature = "cel")]
        self.dispatcher.prepare()?;
        let mut run = Run::start(self);
        let stopped = run.stop_asked().await;
        run.dispatcher.shutdown().cancel();
        run.drain(JoinSet::new()).await;
        stopped
    }

    #[cfg(feature = "server")]
    #[cfg_attr(not(feature = "tls"), expect(unused_mut, reason = "TLS is taken out of it"))]
    async fn serve_here(mut self, listener: TcpListener) -> Result<(), Status> {
        #[cfg(feature = "cel")]
        self.dispatcher.prepare()?;
        let bound = listener
            .local_addr()
            .map_err(|error| Status::internal("the socket has no address").with_source(error))?;
        let hosts = Hosts::new(self.options.hosts.clone(), bound);
        let endpoint = Endpoint::new(&self.dispatcher, &self.options, hosts.clone())?;
        let endpoint = Arc::new(endpoint);
        let limits = self.options.limits;
        #[cfg(feature = "tls")]
        let tls = self.tls.take().map(super::Tls::acceptor).transpose()?;
        endpoint.open().await;
        let mut run = Run::start(self);
        let shutdown = run.dispatcher.shutdown().clone();
        let gate = Arc::new(Gate::new(limits, hosts));
        let connector =
            Connector::new(Arc::clone(&endpoint), Arc::clone(&gate), &limits, shutdown.clone());
        #[cfg(feature = "tls")]
        let connector = connector.with_tls(tls);
        let mut connections = JoinSet::new();
        let stopped = tokio::select! {
            stopped = run.stop_asked() => stopped,
            never = accept(&listener, &connector, &mut connections, limits.connections) => match never {},
        };
        drop(listener);
        endpoint.retire().await;
        gate.close();
        shutdown.cancel();
        run.drain(connections).await;
        stopped
    }
}

/// Accepts connections for ever.
#[cfg(feature = "server")]
async fn accept(
    listener: &TcpListener,
    connector: &Connector,
    connections: &mut JoinSet<()>,
    limit: usize,
) -> std::convert::Infallible {
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => {
                while connections.try_join_next().is_some() {}
                if connections.len() < limit {
                    connections.spawn(connector.clone().serve(socket, peer.ip()));
                } else {
                    tracing::warn!(%peer, limit, "a connection too many was closed");
                }
            }
            // Out of file descriptors, mostly: accepting again at once would spin.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// A server whose background transports are running.
struct Run {
    dispatcher: Dispatcher,
    background: JoinSet<Result<(), Status>>,
    shutdown: BoxFuture<'static, Result<(), Status>>,
    drain_timeout: Duration,
}

impl Run {
    fn start(parts: Parts) -> Self {
        let mut background = JoinSet::new();
        for (transport, services) in parts.background.of(&parts.dispatcher) {
            background.spawn(transport.run(services));
        }
        let shutdown = match parts.shutdown {
            Some(signal) => signal.map(Ok).boxed(),
            None => stop_signal().boxed(),
        };
        Self {
            dispatcher: parts.dispatcher,
            background,
            shutdown,
            drain_timeout: parts.options.drain_timeout,
        }
    }

    /// Waits until the server is asked to stop or cannot go on.
    async fn stop_asked(&mut self) -> Result<(), Status> {
        loop {
            tokio::select! {
                stopped = &mut self.shutdown => return stopped,
                Some(ended) = self.background.join_next() => match ended {
                    // A background transport may have nothing to do.
                    Ok(Ok(())) => {}
                    Ok(Err(status)) => return Err(status),
                    Err(panic) => {
                        return Err(Status::internal("a transport panicked").with_source(panic));
                    }
                },
            }
        }
    }

    /// Lets everything end that runs; after the drain timeout, lets the calls
    /// left be answered so, and drops, and so cancels, the rest.
    async fn drain(mut self, mut connections: JoinSet<()>) {
        let (limit, dispatcher) = (self.drain_timeout, self.dispatcher.clone());
        let in_time = tokio::time::timeout(limit, self.ended(&mut connections));
        let (ended, drained) = futures_util::join!(in_time, dispatcher.drain(limit));
        if ended.is_err() || !drained {
            tracing::warn!(?limit, "calls still ran at the end of the drain timeout");
            // Whether the last answers arrive is up to their clients.
            _ = tokio::time::timeout(LAST_ANSWERS, self.ended(&mut connections)).await;
        }
        connections.shutdown().await;
        self.background.shutdown().await;
    }

    async fn ended(&mut self, connections: &mut JoinSet<()>) {
        while connections.join_next().await.is_some() {}
        while self.background.join_next().await.is_some() {}
    }
}
