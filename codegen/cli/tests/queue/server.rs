//! Servers that a test starts for itself, on a free port.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// A server and its data, which go with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    _folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn nats() -> Server {
    start("nats-server", |port, folder| {
        let words = ["--addr", "127.0.0.1", "--jetstream", "--port", port, "--store_dir", folder];
        words.map(str::to_owned).to_vec()
    })
}

pub(crate) fn redis() -> Server {
    start("redis-server", |port, folder| {
        let words = ["--bind", "127.0.0.1", "--port", port, "--dir", folder];
        let durable = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"];
        words.into_iter().chain(durable).map(str::to_owned).collect()
    })
}

fn start(program: &str, arguments: fn(&str, &str) -> Vec<String>) -> Server {
    let folder = tempfile::tempdir().expect("a folder");
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = free.local_addr().expect("its number").port();
    drop(free);
    let words = arguments(&port.to_string(), &folder.path().display().to_string());
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().unwrap_or_else(|error| {
        panic!("`{program}` is missing, run tests/setup.sh: {error}");
    });
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        std::thread::sleep(Duration::from_millis(20));
    }
    Server { child, port, _folder: folder }
}
