//! One accepted connection: HTTP/1 or HTTP/2 by what the client speaks first,
//! ended politely when the server shuts down.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::Limits;
use super::endpoint::Endpoint;
use super::greeting::Greeted;
use super::socket::Socket;
use super::timer::ConnectionTimer;

/// Makes connections of sockets, all with the same settings.
#[derive(Clone)]
pub(super) struct Connector {
    http: auto::Builder<TokioExecutor>,
    endpoint: Arc<Endpoint>,
    greeting_timeout: Duration,
    shutdown: CancellationToken,
}

impl Connector {
    pub(super) fn new(
        endpoint: Arc<Endpoint>,
        limits: &Limits,
        shutdown: CancellationToken,
    ) -> Self {
        let mut http = auto::Builder::new(TokioExecutor::new());
        let head = limits.header_bytes;
        http.http1()
            .header_read_timeout(limits.header_timeout)
            // Below 8 KiB hyper refuses the setting.
            .max_buf_size(head.max(8 << 10));
        http.http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(limits.ping_interval)
            .max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX));
        Self { http, endpoint, greeting_timeout: limits.header_timeout, shutdown }
    }

    /// Serves a connection until it ends; after the shutdown has started,
    /// until its running requests have.
    pub(super) async fn serve(mut self, socket: TcpStream) {
        // Small frames go out at once: a reply must not wait for the client's
        // delayed acknowledgement.
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
        self.http.http1().timer(ConnectionTimer::default());
        let endpoint = self.endpoint;
        let service = service_fn(move |request| {
            let endpoint = Arc::clone(&endpoint);
            // hyper moves the future several times before it runs: a pointer.
            Box::pin(async move { Ok::<_, Infallible>(endpoint.answer(request).await) })
        });
        let socket = Greeted::new(Socket::new(socket), self.greeting_timeout);
        let connection = self.http.serve_connection(TokioIo::new(socket), service);
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.shutdown.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(error, "a connection broke off");
        }
    }
}
