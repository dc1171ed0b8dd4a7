//! The clients of `@connectrpc` over Connect, gRPC and gRPC-Web: Node.js over
//! both versions of HTTP, and a page in Chromium whose origin is another.

mod agent;

use std::path::PathBuf;
use std::sync::Arc;

use agentgen::server::Cors;
use agentgen::service::from_fn;
use agentgen_tests::environment::{node_script, system};
use agentgen_tests::golden::archive::archive::v1::ArchiveServer;
use agentgen_tests::serving::Serving;
use tokio::process::Command;

use self::agent::{Signals, obey};
use crate::archive::Shelf;

/// The descriptors of the archive in a file, from which the clients are made.
pub(crate) struct Contract {
    folder: tempfile::TempDir,
}

impl Contract {
    pub(crate) fn write() -> Self {
        let dispatcher = ArchiveServer::new(Shelf).into_dispatcher();
        let info = dispatcher.services().next().expect("the archive is a service");
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let contract = Self { folder };
        std::fs::write(contract.path(), info.descriptors).expect("the file can be written");
        contract
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("archive.binpb")
    }
}

/// The archive behind the agent's signals.
pub(crate) fn server() -> ArchiveServer<Shelf> {
    let signals = Arc::new(Signals::default());
    let obedient = from_fn(move |call, next| obey(Arc::clone(&signals), call, next));
    ArchiveServer::new(Shelf).layer(obedient).grpc().connect().rest()
}

/// Serves it for pages of `origin`.
async fn serve(origin: &str) -> Serving {
    let cors = Cors::origins([origin])
        .allow_headers(["x-sent", "x-do"])
        .expose_headers(["x-seen", "trailer-x-cost"]);
    Serving::start(server().gzip().cors(cors)).await
}

pub(crate) async fn run(mut script: Command) {
    let output = script.output().await.expect("Node.js starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn connect_node_is_served_over_every_protocol_and_version_of_http() {
    let (contract, serving) = (Contract::write(), serve("http://no.page").await);
    let mut script = Command::from(node_script("connect_node.js"));
    script.arg(contract.path()).arg(serving.url());
    run(script).await;
    serving.stop().await;
}

#[tokio::test]
async fn connect_web_is_served_in_a_browser_on_a_page_of_another_origin() {
    let page = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = page.local_addr().expect("it is bound").port();
    drop(page);
    let origin = format!("http://127.0.0.1:{port}");
    let (contract, serving) = (Contract::write(), serve(&origin).await);
    let mut script = Command::from(node_script("connect_web.js"));
    script.arg(contract.path()).arg(serving.url()).arg(system("chromium")).arg(port.to_string());
    run(script).await;
    serving.stop().await;
}
