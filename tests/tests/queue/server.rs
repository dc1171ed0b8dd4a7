//! Servers that a test starts for itself, on a free port, and can kill.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use agentgen_tests::environment::{self, installed};

/// How long a server may take to start.
const SOON: Duration = Duration::from_secs(150);

type Start = Box<dyn Fn(u16, &Path) -> Command + Send + Sync>;

/// A server with its data; both go with the handle.
pub(crate) struct Server {
    start: Start,
    child: Mutex<Child>,
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    /// Data that stands elsewhere.
    outside: Option<PathBuf>,
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
        Self { start: Box::new(start), child: Mutex::new(child), folder, port, outside: None }
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
        if let Some(folder) = &self.outside {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}

fn spawn(command: &Command, port: u16) -> Child {
    let mut again = Command::new(command.get_program());
    again.args(command.get_args()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        again.current_dir(folder);
    }
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

/// `PostgreSQL`, for a user who needs no password.
pub(crate) fn postgresql() -> Server {
    let mut server = Server::start("postgresql", |port, folder| {
        let data = database_of(folder);
        if !data.exists() {
            make_database(&data);
        }
        let mut command = environment::postgresql("postgres");
        command.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        command
    });
    server.outside = Some(database_of(&server.folder));
    server
}

/// Outside the build's folder, where the server's own user may not come.
fn database_of(folder: &Path) -> PathBuf {
    let name = folder.file_name().expect("the folder has a name").display().to_string();
    std::env::temp_dir().join(format!("agentgen-{name}"))
}

fn make_database(data: &Path) {
    std::fs::create_dir(data).expect("the folder of the database");
    if environment::is_root() {
        let owned = Command::new("chown").arg("postgres:postgres").arg(data).status();
        assert!(owned.expect("`chown` is there").success(), "the folder has another owner");
    }
    let mut make = environment::postgresql("initdb");
    make.arg("-D").arg(data).args(["-U", "agentgen", "--auth", "trust", "--no-sync"]);
    let made = make.current_dir("/").output().expect("initdb starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// `RabbitMQ`, which takes ten seconds to start: tests share one where they can.
pub(crate) fn rabbitmq() -> Server {
    Server::start("rabbitmq", |port, folder| rabbitmq_command(port, folder, ""))
}

/// A node by itself: the script that packages wrap, with a name server for nodes that is
/// not the machine's.
pub(crate) fn rabbitmq_command(port: u16, folder: &Path, config: &str) -> Command {
    /// Where the nodes of all tests find each other's names.
    const NAMES: &str = "24369";
    std::fs::write(folder.join("plugins"), "[].").expect("the folder of a server");
    std::fs::write(folder.join("rabbitmq.conf"), config).expect("the folder of a server");
    let mut command = Command::new("/usr/lib/rabbitmq/bin/rabbitmq-server");
    for (name, file) in [
        ("HOME", ""),
        ("RABBITMQ_MNESIA_BASE", "data"),
        ("RABBITMQ_LOG_BASE", "log"),
        ("RABBITMQ_LOGS", "log.txt"),
        ("RABBITMQ_PID_FILE", "pid"),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", "plugins"),
        ("RABBITMQ_CONFIG_FILE", "rabbitmq"),
        ("RABBITMQ_CONF_ENV_FILE", "environment"),
    ] {
        command.env(name, folder.join(file));
    }
    for (name, value) in [
        ("RABBITMQ_NODENAME", format!("agentgen-{port}@localhost")),
        ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1".to_owned()),
        ("RABBITMQ_NODE_PORT", port.to_string()),
        ("RABBITMQ_DIST_PORT", free_port().to_string()),
        ("ERL_EPMD_PORT", NAMES.to_owned()),
        ("ERL_EPMD_ADDRESS", "127.0.0.1".to_owned()),
        // Without an input it is the script's child; this way it is the process itself.
        ("RABBITMQ_ALLOW_INPUT", "1".to_owned()),
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-noinput +S 2:2 +sbwt none".to_owned()),
    ] {
        command.env(name, value);
    }
    command
}

/// A Kafka-compatible server that writes what it confirms.
pub(crate) fn kafka() -> Server {
    Server::start("kafka", kafka_command)
}

pub(crate) fn kafka_command(port: u16, folder: &Path) -> Command {
    let mut command = Command::new(installed("kafka-server"));
    let address = format!("tcp://127.0.0.1:{port}");
    command.args(["broker", "--silent", "--listener-url", &address]);
    // What a server behind another address tells its clients comes last.
    command.env("ADVERTISED_LISTENER_URL", &address);
    // It takes every path for a relative one.
    command.args(["--storage-engine", "sqlite://kafka.db"]).current_dir(folder);
    command
}
