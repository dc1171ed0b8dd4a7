//! Servers that a test starts for itself, on a free port, and can kill.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a server may take to start.
const SOON: Duration = Duration::from_secs(60);

type Start = Box<dyn Fn(u16, &Path) -> Command + Send + Sync>;

/// A server with its data; both go with the handle.
pub(crate) struct Server {
    start: Start,
    child: Mutex<Child>,
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
}

impl Server {
    /// Starts what the command, made for a port and a folder, says.
    pub(crate) fn start(
        name: &str,
        start: impl Fn(u16, &Path) -> Command + Send + Sync + 'static,
    ) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join("servers")
            .join(format!("{name}-{}-{number}", std::process::id()));
        // Left behind by a process of the same number, if at all.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the folder of a server");
        let port = free_port();
        let child = spawn(&start(port, &folder), port);
        Self { start: Box::new(start), child: Mutex::new(child), folder, port }
    }

    /// Kills the server as the kernel does, without a word to it.
    pub(crate) fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.kill().expect("the server is killed");
        child.wait().expect("the server has ended");
    }

    /// Starts it again after [`kill`](Self::kill), with what it had stored.
    pub(crate) fn restart(&self) {
        let child = spawn(&(self.start)(self.port, &self.folder), self.port);
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = child;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        // The next set-up of the same folder removes what is left.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}

fn spawn(command: &Command, port: u16) -> Child {
    let mut again = Command::new(command.get_program());
    again.args(command.get_args()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    for (name, value) in command.get_envs() {
        again.env(name, value.unwrap_or_default());
    }
    let program = command.get_program().display().to_string();
    let mut child = again
        .spawn()
        .unwrap_or_else(|error| panic!("`{program}` is missing, run tests/setup.sh: {error}"));
    let since = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        let ended = child.try_wait().expect("the state of a server");
        assert!(ended.is_none(), "`{program}` ended at once: {ended:?}");
        assert!(since.elapsed() < SOON, "`{program}` does not listen on port {port}");
        std::thread::sleep(Duration::from_millis(10));
    }
    child
}

/// NATS with `JetStream`.
pub(crate) fn nats() -> Server {
    Server::start("nats", nats_command)
}

pub(crate) fn nats_command(port: u16, folder: &Path) -> Command {
    let mut command = Command::new("nats-server");
    command.args(["--addr", "127.0.0.1", "--port", &port.to_string(), "--jetstream"]);
    command.arg("--store_dir").arg(folder);
    command
}

/// Redis that writes what it confirms, as it would survive a power loss.
pub(crate) fn redis() -> Server {
    Server::start("redis", redis_command)
}

pub(crate) fn redis_command(port: u16, folder: &Path) -> Command {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
    command.args(["--appendonly", "yes", "--appendfsync", "always", "--dir"]).arg(folder);
    command
}
