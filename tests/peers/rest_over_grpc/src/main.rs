//! Prints the port it listens on and serves until standard input ends, on one
//! thread, as the other servers of the benchmark do. With the argument `limits`
//! it has the limits of agentgen's server on request heads and bodies, and sends a
//! correlation id with every reply.

use std::io::Write as _;
use std::time::Duration;

use futures_util::stream;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use rest_over_grpc::handling::{Context, ResponseStream, Status};
use rest_over_grpc::serving::RestService;
use tokio::net::TcpListener;

use agent::{ConversationService, MessageRequest, MessageResponse, TokenChunk};
use ids::with_ids;

#[path = "../../ids.rs"]
mod ids;

#[allow(missing_docs, reason = "generated")]
mod agent {
    include!(concat!(env!("OUT_DIR"), "/agent.rs"));
    include!(concat!(env!("OUT_DIR"), "/agent.serde.rs"));
    include!(concat!(env!("OUT_DIR"), "/agent.rest.rs"));
}

mod rest {
    use super::agent;
    include!(concat!(env!("OUT_DIR"), "/transcoder.rest.rs"));
}

/// The defaults of `agentgen::server::Limits`.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
const HEADER_BYTES: usize = 64 << 10;
const MESSAGE_BYTES: usize = 4 << 20;

/// The answers of `tests/benches/transport/agent.rs`.
#[derive(Clone)]
struct Agent;

impl ConversationService for Agent {
    async fn handle_message(
        &self,
        request: MessageRequest,
        _: &mut Context,
    ) -> Result<MessageResponse, Status> {
        Ok(MessageResponse {
            response_text: request.user_message,
            tokens_used: 312,
            model: "quill-2".into(),
            latency_ms: 12.5,
        })
    }

    async fn stream_response(
        &self,
        _: MessageRequest,
        _: &mut Context,
    ) -> Result<ResponseStream<TokenChunk>, Status> {
        let tokens = (1..=64).map(|sequence_number| {
            let is_final = sequence_number == 64;
            Ok(TokenChunk { token: "token".into(), is_final, sequence_number })
        });
        Ok(Box::pin(stream::iter(tokens)))
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let ended = tokio::task::spawn_blocking(|| {
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink())
        });
        tokio::select! {
            _ = ended => {}
            () = serve() => {}
        }
    });
}

async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
    std::io::stdout().flush().expect("a reader");
    let limited = std::env::args().nth(1).as_deref() == Some("limits");
    let service = RestService::new(rest::Transcoder::new(Agent));
    let mut http = auto::Builder::new(TokioExecutor::new());
    if limited {
        let http1 = &mut http.http1();
        http1.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
        http1.max_buf_size(HEADER_BYTES);
    }
    loop {
        let (socket, _) = listener.accept().await.expect("a connection");
        socket.set_nodelay(true).expect("a socket");
        let (http, socket, service) = (http.clone(), TokioIo::new(socket), service.clone());
        // A client that breaks off is none of a benchmark's business.
        if limited {
            let service = with_ids(service.with_max_body_bytes(MESSAGE_BYTES));
            let service = TowerToHyperService::new(service);
            tokio::spawn(async move { drop(http.serve_connection(socket, service).await) });
        } else {
            let service = TowerToHyperService::new(service);
            tokio::spawn(async move { drop(http.serve_connection(socket, service).await) });
        }
    }
}
