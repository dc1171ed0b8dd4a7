//! One accepted connection: HTTP/1 or HTTP/2 by what the client speaks first,
//! ended politely when the server shuts down.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use http::Method;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::Limits;
use super::body::without_body;
use super::endpoint::Endpoint;
use super::gate::{Gate, Held};
use super::greeting::Greeted;
use super::socket::{self, Socket};
use super::stalled::StreamExecutor;
#[cfg(feature = "websocket")]
use super::takeover::Successor;
use super::timer::ConnectionTimer;

/// By how much the HTTP layer reads heads that are longer than the limit, in
/// bytes. It takes no limit of less than half of this.
const ROOM: usize = 16 << 10;

/// Makes connections of sockets, all with the same settings.
#[derive(Clone)]
pub(super) struct Connector {
    http: auto::Builder<StreamExecutor>,
    endpoint: Arc<Endpoint>,
    gate: Arc<Gate>,
    limits: Limits,
    shutdown: CancellationToken,
    #[cfg(feature = "tls")]
    tls: Option<tokio_rustls::TlsAcceptor>,
}

impl Connector {
    pub(super) fn new(
        endpoint: Arc<Endpoint>,
        gate: Arc<Gate>,
        limits: &Limits,
        shutdown: CancellationToken,
    ) -> Self {
        let mut http = auto::Builder::new(StreamExecutor { limit: limits.write_timeout });
        // What is a little too long is told so by the gate, in the form of all
        // errors; what is much too long is not read.
        let head = limits.header_bytes.saturating_add(ROOM);
        http.http1().header_read_timeout(limits.header_timeout).max_buf_size(head);
        http.http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(limits.ping_interval)
            .keep_alive_timeout(limits.ping_timeout)
            .max_concurrent_streams(limits.requests_per_connection)
            .max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX));
        Self {
            http,
            endpoint,
            gate,
            limits: *limits,
            shutdown,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// The same, with TLS where there is an identity.
    #[cfg(feature = "tls")]
    pub(super) fn with_tls(self, tls: Option<tokio_rustls::TlsAcceptor>) -> Self {
        Self { tls, ..self }
    }

    /// Serves a connection until it ends; after the shutdown has started,
    /// until its running requests have.
    pub(super) async fn serve(self, socket: TcpStream) {
        if let Err(error) = socket::prepare(&socket, &self.limits) {
            tracing::debug!(%error, "the system refused an option of a socket");
        }
        let socket = Socket::new(socket, self.limits.write_timeout);
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            let handshake = tokio::time::timeout(self.limits.header_timeout, tls.accept(socket));
            match handshake.await {
                Ok(Ok(socket)) => self.serve_http(socket).await,
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(late) => tracing::debug!(%late, "a TLS handshake took too long"),
            }
            return;
        }
        self.serve_http(socket).await;
    }

    async fn serve_http<S>(mut self, socket: S)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        self.http.http1().timer(ConnectionTimer::default());
        let (endpoint, gate) = (self.endpoint, Arc::clone(&self.gate));
        #[cfg(feature = "websocket")]
        let successor = Successor::default();
        #[cfg(feature = "websocket")]
        let kept = successor.clone();
        let service = service_fn(move |request| {
            let (endpoint, gate) = (Arc::clone(&endpoint), Arc::clone(&gate));
            #[cfg(feature = "websocket")]
            let kept = kept.clone();
            // hyper moves the future several times before it runs: a pointer.
            Box::pin(async move {
                let head = request.method() == Method::HEAD;
                #[cfg_attr(
                    not(feature = "websocket"),
                    expect(unused_mut, reason = "a WebSocket takes a response out of it")
                )]
                let mut answered = match gate.admit(&request) {
                    Ok(running) => (endpoint.answer(request).await, Some(running)),
                    Err(refusal) => (endpoint.refuse(&request, refusal), None),
                };
                #[cfg(feature = "websocket")]
                kept.keep(&mut answered);
                let (mut response, running) = answered;
                if head {
                    response = without_body(response);
                }
                Ok::<_, Infallible>(response.map(|body| Held::new(body, running)))
            })
        });
        let socket = Greeted::new(socket, self.limits.header_timeout);
        let connection = self.http.serve_connection_with_upgrades(TokioIo::new(socket), service);
        let mut connection = pin!(connection);
        let open = unless_asked(connection.as_mut(), &self.gate, &self.shutdown);
        let ended = if let Some(ended) = open.await {
            ended
        } else {
            connection.as_mut().graceful_shutdown();
            connection.await
        };
        if let Err(error) = ended {
            tracing::debug!(error, "a connection broke off");
        }
        #[cfg(feature = "websocket")]
        successor.run().await;
    }
}

/// How a connection ended; `None` once the server asks it to.
async fn unless_asked<C: Future>(
    mut connection: Pin<&mut C>,
    gate: &Gate,
    shutdown: &CancellationToken,
) -> Option<C::Output> {
    let mut asked = pin!(shutdown.cancelled());
    let mut waiting = false;
    poll_fn(|task| {
        if let Poll::Ready(ended) = connection.as_mut().poll(task) {
            return Poll::Ready(Some(ended));
        }
        // This takes a lock that all connections share: once to be woken, and
        // again when it is time.
        if (!waiting || gate.is_closing()) && asked.as_mut().poll(task).is_ready() {
            return Poll::Ready(None);
        }
        waiting = true;
        Poll::Pending
    })
    .await
}
