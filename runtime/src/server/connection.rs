//! One accepted connection: HTTP/1 or HTTP/2 by what the client speaks first,
//! ended politely when the server shuts down.

use std::convert::Infallible;
use std::future::ready;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;

use futures_util::FutureExt as _;
use http::header::CONNECTION;
use http::{HeaderValue, Method, Request, Response, Version};
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::Limits;
use super::body::without_body;
use super::ending::{End, Ending};
use super::endpoint::Endpoint;
use super::gate::{Gate, Held};
use super::greeting::Greeted;
#[cfg(feature = "websocket")]
use super::origin::asks_for_websocket;
use super::patience::{Activity, Patience};
use super::received::Received;
use super::socket::{self, Socket};
use super::stalled::StreamExecutor;
#[cfg(feature = "websocket")]
use super::takeover::Successor;

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
        http.http1().header_read_timeout(None).max_buf_size(head);
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
    pub(super) async fn serve(self, socket: TcpStream, peer: IpAddr) {
        if let Err(error) = socket::prepare(&socket, &self.limits) {
            tracing::debug!(%error, "the system refused an option of a socket");
        }
        let activity = Arc::new(Activity::default());
        let socket = Socket::new(socket, self.limits.write_timeout, Arc::clone(&activity));
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            let handshake = tokio::time::timeout(self.limits.header_timeout, tls.accept(socket));
            match handshake.await {
                Ok(Ok(socket)) => self.serve_http(socket, peer, activity).await,
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(late) => tracing::debug!(%late, "a TLS handshake took too long"),
            }
            return;
        }
        self.serve_http(socket, peer, activity).await;
    }

    async fn serve_http<S>(self, socket: S, peer: IpAddr, activity: Arc<Activity>)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let line = Line {
            peer,
            endpoint: self.endpoint,
            gate: Arc::clone(&self.gate),
            activity: Arc::clone(&activity),
            #[cfg(feature = "websocket")]
            successor: Successor::default(),
        };
        #[cfg(feature = "websocket")]
        let successor = line.successor.clone();
        let service = service_fn(move |request| line.answer(request));
        let socket = TokioIo::new(Greeted::new(socket, Arc::clone(&activity)));
        let connection = self.http.serve_connection_with_upgrades(socket, service);
        let mut connection = pin!(connection);
        let patience = Patience::new(activity, self.limits.header_timeout);
        let ending = Ending { gate: &self.gate, shutdown: &self.shutdown, patience };
        let ended = match ending.of(connection.as_mut()).await {
            End::Itself(ended) => ended,
            End::Asked => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            End::Late => return tracing::debug!("a client took too long to ask"),
        };
        if let Err(error) = ended {
            tracing::debug!(error, "a connection broke off");
        }
        #[cfg(feature = "websocket")]
        successor.run().await;
    }
}

/// What the requests of one connection share.
struct Line {
    peer: IpAddr,
    endpoint: Arc<Endpoint>,
    gate: Arc<Gate>,
    activity: Arc<Activity>,
    #[cfg(feature = "websocket")]
    successor: Successor,
}

impl Line {
    /// The request, whose body says when it is dropped before its end, and may have
    /// trailers of so many bytes.
    fn watched(&self, request: Request<Incoming>, room: usize) -> Request<Received> {
        let alone = request.version() < Version::HTTP_2 && !request.body().is_end_stream();
        let activity = alone.then(|| Arc::clone(&self.activity));
        request.map(|body| Received::new(body, activity, room))
    }

    fn answer(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Held>, Infallible>> + Send + use<> {
        #[cfg(feature = "websocket")]
        let successor = asks_for_websocket(&request).then(|| self.successor.clone());
        let (head, busy) = (request.method() == Method::HEAD, self.activity.request());
        let admitted = self.gate.admit(&request);
        let room = admitted.as_ref().map_or(0, |running| running.room);
        let request = self.watched(request, room);
        let (answer, running) = match admitted {
            Ok(running) => (self.endpoint.answer(request, self.peer), Some(running)),
            Err(refusal) => {
                let refused = self.endpoint.refuse(&request, &refusal);
                (ready(refused).boxed(), None)
            }
        };
        async move {
            #[cfg_attr(
                not(feature = "websocket"),
                expect(unused_mut, reason = "a WebSocket takes a response out of it")
            )]
            let mut answered = (answer.await, running);
            #[cfg(feature = "websocket")]
            if let Some(successor) = successor {
                successor.keep(&mut answered);
            }
            let (mut response, running) = answered;
            if head {
                response = without_body(response);
            }
            if busy.is_cut() {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(CONNECTION, close);
            }
            Ok(response.map(|body| Held::new(body, running, busy)))
        }
    }
}
