//! Prints the port it listens on and serves until standard input ends, on one
//! thread, as the other servers of the benchmark do.

use std::io::Write as _;

use futures_util::stream;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use rest_over_grpc::handling::{Context, ResponseStream, Status};
use rest_over_grpc::serving::RestService;
use tokio::net::TcpListener;

use agent::{ConversationService, MessageRequest, MessageResponse, TokenChunk};

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
    let service = TowerToHyperService::new(RestService::new(rest::Transcoder::new(Agent)));
    loop {
        let (socket, _) = listener.accept().await.expect("a connection");
        socket.set_nodelay(true).expect("a socket");
        let service = service.clone();
        tokio::spawn(async move {
            let http = auto::Builder::new(TokioExecutor::new());
            // A client that breaks off is none of a benchmark's business.
            drop(http.serve_connection(TokioIo::new(socket), service).await);
        });
    }
}
