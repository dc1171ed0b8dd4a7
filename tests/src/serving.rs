//! A server in this process, on a port of its own.

use std::net::SocketAddr;

use agentgen::{Server, Status};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running server. Dropped, it is told to shut down; [`stop`](Self::stop)
/// waits until it has.
pub struct Serving {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), Status>>,
}

impl Serving {
    /// Serves on a free port; connections are accepted when this returns.
    ///
    /// # Panics
    /// If no port can be bound.
    pub async fn start<S: 'static>(server: Server<S>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let (stop, stopped) = oneshot::channel();
        let server = server.shutdown_on(async {
            // A dropped sender means the same as a sent word.
            let _ = stopped.await;
        });
        let task = tokio::spawn(server.serve(listener));
        Self { address, stop: Some(stop), task }
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// `http://host:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Shuts down and waits for the end.
    ///
    /// # Panics
    /// If the server failed.
    pub async fn stop(mut self) {
        self.stop.take();
        self.task.await.expect("the server does not panic").expect("the server ends well");
    }
}
