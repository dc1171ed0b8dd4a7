//! The servers: ours, and what one would write by hand with the same
//! messages on tonic and on axum.

use std::convert::Infallible;
use std::io::Write as _;
use std::sync::Arc;
use std::task::{Context as Task, Poll};

use agentgen::service::{Call, Glue, Reply, Service, ServiceInfo};
use agentgen::{Context, Server, Status};
use axum::Json;
use axum::routing::post;
use futures_core::future::BoxFuture;
use tokio::net::TcpListener;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic_prost::ProstCodec;

use crate::contract::{Answer, INFO, Request};
use crate::load::Protocol;

/// A server and what it is measured beside.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) protocol: Protocol,
    pub(crate) beside: &'static str,
}

pub(crate) const SERVERS: [Subject; 4] = [
    Subject { name: "tonic", protocol: Protocol::Grpc, beside: "tonic" },
    Subject { name: "agentgen grpc", protocol: Protocol::Grpc, beside: "tonic" },
    Subject { name: "axum", protocol: Protocol::Rest, beside: "axum" },
    Subject { name: "agentgen rest", protocol: Protocol::Rest, beside: "axum" },
];

fn answer(request: Request) -> Answer {
    Answer { text: "It says that they back off.".into(), count: 1, request: Some(request) }
}

/// Serves one subject in this process until standard input ends.
pub(crate) fn serve(name: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = async {
        let input = tokio::task::spawn_blocking(|| {
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink())
        });
        drop(input.await);
    };
    runtime.expect("a runtime").block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        println!("{port}");
        std::io::stdout().flush().expect("a reader");
        tokio::select! {
            () = ended => {}
            () = run(name, listener) => {}
        }
    });
}

async fn run(name: &str, listener: TcpListener) {
    match name {
        "tonic" => {
            let incoming =
                tonic::transport::server::TcpIncoming::from(listener).with_nodelay(Some(true));
            let server = tonic::transport::Server::builder().add_service(ByHand);
            server.serve_with_incoming(incoming).await.expect("a server");
        }
        "axum" => {
            let router = axum::Router::new().route("/lab.v1.Lab/Echo", post(echo));
            let listener = axum::serve::ListenerExt::tap_io(listener, |socket| {
                socket.set_nodelay(true).expect("a socket");
            });
            axum::serve(listener, router).await.expect("a server");
        }
        _ => {
            let server = Server::<EchoService>::new(Echo).grpc().rest();
            server.serve(listener).await.expect("a server");
        }
    }
}

struct Echo;
struct EchoService;

impl Glue for EchoService {
    type Agent = Echo;

    fn new(_: Arc<Echo>) -> Self {
        Self
    }
}

impl Service for EchoService {
    fn info(&self) -> &'static ServiceInfo {
        &INFO
    }

    fn call<'a>(
        &'a self,
        _: usize,
        _: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        Box::pin(async move { Reply::unary(Ok::<_, Status>(answer(call.message()?))) })
    }
}

/// What `tonic-prost-build` generates for one unary rpc.
#[derive(Clone)]
struct ByHand;

#[derive(Clone)]
struct EchoMethod;

impl UnaryService<Request> for EchoMethod {
    type Response = Answer;
    type Future = BoxFuture<'static, Result<tonic::Response<Answer>, tonic::Status>>;

    fn call(&mut self, request: tonic::Request<Request>) -> Self::Future {
        Box::pin(async move { Ok(tonic::Response::new(answer(request.into_inner()))) })
    }
}

impl NamedService for ByHand {
    const NAME: &'static str = "lab.v1.Lab";
}

impl<B> tower::Service<http::Request<B>> for ByHand
where
    B: http_body::Body + Send + 'static,
    B::Error: Into<tower::BoxError> + Send + 'static,
{
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Task<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        Box::pin(async move {
            let mut grpc = Grpc::new(ProstCodec::<Answer, Request>::default());
            Ok(grpc.unary(EchoMethod, request).await)
        })
    }
}

mod plain {
    //! The messages as one writes them for axum.

    use serde::{Deserialize, Serialize};

    #[derive(Deserialize, Serialize)]
    pub(super) struct Inner {
        id: String,
        size: i32,
    }

    #[derive(Deserialize, Serialize)]
    pub(super) struct Request {
        text: String,
        /// As text: JavaScript's numbers do not hold 64 bits.
        count: String,
        tags: Vec<String>,
        inner: Option<Inner>,
    }

    #[derive(Serialize)]
    pub(super) struct Answer {
        pub(super) text: String,
        pub(super) count: String,
        pub(super) request: Option<Request>,
    }
}

async fn echo(Json(request): Json<plain::Request>) -> Json<plain::Answer> {
    let text = "It says that they back off.".into();
    Json(plain::Answer { text, count: "1".into(), request: Some(request) })
}
