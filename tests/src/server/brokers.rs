//! Each broker's program, with data in a folder of the test's own.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Server, free_port};
use crate::environment::{self, installed};

/// NATS with `JetStream`.
///
/// # Panics
/// If it is not installed, as every server here.
pub fn nats() -> Server {
    Server::start("nats", nats_command)
}

/// The command of [`nats`].
pub fn nats_command(port: u16, folder: &Path) -> Command {
    let mut command = Command::new("nats-server");
    command.args(["--addr", "127.0.0.1", "--port", &port.to_string(), "--jetstream"]);
    command.arg("--store_dir").arg(folder);
    command
}

/// Redis that writes what it confirms, as it would survive a power loss.
pub fn redis() -> Server {
    Server::start("redis", redis_command)
}

/// The command of [`redis`].
pub fn redis_command(port: u16, folder: &Path) -> Command {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
    command.args(["--appendonly", "yes", "--appendfsync", "always", "--dir"]).arg(folder);
    command
}

/// `PostgreSQL`, for a user who needs no password.
pub fn postgresql() -> Server {
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
    let output = make.current_dir("/").output().expect("initdb starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// `RabbitMQ`, which takes ten seconds to start: tests share one where they can.
pub fn rabbitmq() -> Server {
    Server::start("rabbitmq", |port, folder| rabbitmq_command(port, folder, ""))
}

/// A node by itself: the script that packages wrap, with a name server for nodes that is
/// not the machine's.
///
/// # Panics
/// If its folder cannot be written.
pub fn rabbitmq_command(port: u16, folder: &Path, config: &str) -> Command {
    /// Where the nodes of all tests find each other's names.
    const NAMES: &str = "24369";
    // How long a message whose pause is over waits for a queue that does not confirm it,
    // as one does not that has no leader yet; otherwise for three minutes.
    const PAUSES: &str = "-rabbit dead_letter_worker_publisher_confirm_timeout 2000";
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
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", format!("-noinput +S 2:2 +sbwt none {PAUSES}")),
    ] {
        command.env(name, value);
    }
    command
}

/// A Kafka-compatible server that writes what it confirms.
pub fn kafka() -> Server {
    Server::start("kafka", kafka_command)
}

/// The command of [`kafka`].
///
/// # Panics
/// If the set-up has not run.
pub fn kafka_command(port: u16, folder: &Path) -> Command {
    let mut command = Command::new(installed("kafka-server"));
    let address = format!("tcp://127.0.0.1:{port}");
    command.args(["broker", "--silent", "--listener-url", &address]);
    // What a server behind another address tells its clients comes last.
    command.env("ADVERTISED_LISTENER_URL", &address);
    // It takes every path for a relative one.
    command.args(["--storage-engine", "sqlite://kafka.db"]).current_dir(folder);
    command
}
