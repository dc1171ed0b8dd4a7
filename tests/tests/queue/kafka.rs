//! Kafka passes the suite, each promise on a server of its own.

use std::sync::Arc;

use agentgen::broker::{Broker, Capability};
use agentgen::testing::Fixture;

use crate::kill_broker::a_killed_broker_loses_nothing;
use crate::server::{self, Server};

/// The URL of a server, with a ledger in a file beside it.
pub(crate) fn url(server: &Server) -> String {
    url_with(server, &format!("sqlite:{}/ledger.db", server.folder.display()))
}

/// The URL of a server, with what makes a test quick: few partitions, and dead
/// consumers that are noticed soon.
pub(crate) fn url_with(server: &Server, ledger: &str) -> String {
    let port = server.port;
    format!("kafka://127.0.0.1:{port}?partitions=4&session_timeout=4&ledger={ledger}")
}

fn fixture() -> Fixture {
    let server = Arc::new(server::kafka());
    Fixture::new(move || {
        let url = format!("{}&dedupe_window=1", url(&server));
        let server = Arc::clone(&server);
        async move {
            let broker = Broker::open(&url).await;
            drop(server);
            broker
        }
    })
    .without(&[Capability::AnyConsumer, Capability::AtomicSettle, Capability::ExactDepth])
}

agentgen::broker_suite!(fixture());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing() {
    let server = server::kafka();
    let url = url(&server);
    a_killed_broker_loses_nothing(server, &url).await;
}
