//! A server on a free port of this machine, for the length of one test.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use agentgen::service::Glue;
use agentgen::{Server, Status};
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::Channel;

use crate::agent::{Lab, LabService, Probe};

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) probe: Arc<Probe>,
    pub(crate) http: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), Status>>,
}

/// What came back over HTTP.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answered {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// All values of a header, as one list.
    pub(crate) fn list(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter();
        values.map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join(", ")
    }
}

impl Running {
    /// Starts a server with all transports.
    pub(crate) async fn start() -> Self {
        Self::start_with(|server| server.grpc().reflection().health().connect().rest()).await
    }

    pub(crate) async fn start_with(
        change: impl FnOnce(Server<LabService>) -> Server<LabService>,
    ) -> Self {
        Self::start_as(change).await
    }

    /// Starts a server of another glue.
    pub(crate) async fn start_as<S: Glue<Agent = Lab> + 'static>(
        change: impl FnOnce(Server<S>) -> Server<S>,
    ) -> Self {
        let lab = Lab::default();
        let probe = Arc::clone(&lab.probe);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = change(Server::<S>::new(lab)).shutdown_on(async {
            // A dropped sender stops the server as well.
            _ = stopped.await;
        });
        let task = tokio::spawn(server.serve(listener));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { address, probe, http, stop: Some(stop), task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(Method::from_bytes(method.as_bytes()).unwrap(), self.url(path))
    }

    /// Sends a request with a JSON body.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &str) -> Answered {
        let request = self.request(method, path).header("content-type", "application/json");
        answered(request.body(body.to_owned())).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        answered(self.request("GET", path)).await
    }

    pub(crate) async fn channel(&self) -> Channel {
        let endpoint = Channel::from_shared(self.url("")).unwrap();
        endpoint.connect().await.unwrap()
    }

    /// Asks the server to stop.
    pub(crate) fn stop(&mut self) {
        self.stop.take();
    }

    /// Whether the server has ended by now.
    pub(crate) fn ended(&self) -> bool {
        self.task.is_finished()
    }

    /// Stops the server and waits for its end.
    pub(crate) async fn end(mut self) {
        self.stop();
        soon(self.task).await.unwrap().unwrap();
    }
}

/// Waits for what must happen within seconds.
pub(crate) async fn soon<T>(event: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), event).await.expect("it did not happen")
}

pub(crate) async fn answered(request: reqwest::RequestBuilder) -> Answered {
    let response = soon(request.send()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answered { status, headers, body: soon(response.text()).await.unwrap() }
}

/// A client that speaks HTTP/2 alone.
pub(crate) fn http2() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap()
}

/// All that a server says to this text over HTTP/1.1, until it hangs up.
pub(crate) async fn raw(server: &Running, text: &str) -> String {
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon(socket.read_to_string(&mut answer)).await.unwrap();
    answer
}

/// What came back as bytes.
pub(crate) async fn bytes(
    request: reqwest::RequestBuilder,
) -> (StatusCode, HeaderMap, bytes::Bytes) {
    let response = soon(request.send()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    (status, headers, soon(response.bytes()).await.unwrap())
}

/// A message behind its prefix.
pub(crate) fn framed(flag: u8, message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[flag][..], &length, message].concat()
}

/// The messages of a body, each with the flag of its prefix.
pub(crate) fn unframed(mut body: &[u8]) -> Vec<(u8, &[u8])> {
    let mut messages = Vec::new();
    while let Some(([flag, length @ ..], rest)) = body.split_first_chunk::<5>() {
        let length = u32::from_be_bytes(*length).try_into().unwrap();
        let (message, rest) = rest.split_at(length);
        messages.push((*flag, message));
        body = rest;
    }
    assert!(body.is_empty(), "the body ends within a prefix");
    messages
}
