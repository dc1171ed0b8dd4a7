//! The example end to end, over the embedded broker and over a server.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::*;

/// The agent and its load in one process, as `worker` alone runs them.
async fn both(url: &str) -> Tally {
    let broker = Broker::open(url).await.expect("a broker");
    let serving = tokio::spawn(WriterServer::new(Model).queue(broker.clone()).run());
    let tally = load(broker, 20, &indicatif::ProgressBar::hidden()).await.expect("a tally");
    serving.abort();
    tally
}

const EXPECTED: Tally = Tally { sent: 20, handled: 18, retried: 2, dead: 2 };

#[tokio::test]
async fn the_embedded_broker_loses_nothing_of_the_load() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(both(&format!("sqlite:{}/work.db", folder.path().display())).await, EXPECTED);
}

/// A server that goes with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_server_loses_nothing_of_the_load() {
    let folder = tempfile::tempdir().expect("a folder");
    let port = {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        free.local_addr().expect("its number").port()
    };
    let mut command = Command::new("nats-server");
    command.args(["--addr", "127.0.0.1", "--port", &port.to_string(), "--jetstream"]);
    command.arg("--store_dir").arg(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
    let _server = Server(command.spawn().expect("nats-server; tests/setup.sh installs it"));
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(both(&format!("nats://127.0.0.1:{port}")).await, EXPECTED);
}
