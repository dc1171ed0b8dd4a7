//! A server in a process of its own, and the processor time it has used.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use agentgen_tests::environment::repository;
use tokio::net::TcpListener;

use super::load::{self, Load};
use super::{agent, by_hand};

/// A server process, and the one behind it where it is a gateway.
pub(crate) struct Running {
    child: Child,
    port: u16,
    behind: Option<Box<Self>>,
}

impl Running {
    /// Starts a server.
    pub(crate) fn start(name: &str) -> Self {
        match name {
            "rest_over_grpc" => Self::spawn(&mut Command::new(rest_over_grpc()), None),
            "rest_over_grpc with limits and ids" => {
                Self::spawn(Command::new(rest_over_grpc()).arg("limits"), None)
            }
            "grpc-gateway" => {
                let behind = Self::start("tonic");
                let mut gateway = Command::new(grpc_gateway());
                gateway.arg(behind.port.to_string()).env("GOMAXPROCS", "1");
                Self::spawn(&mut gateway, Some(behind))
            }
            _ => {
                let program = std::env::current_exe().expect("a path of this program");
                Self::spawn(Command::new(program).args(["serve", name]), None)
            }
        }
    }

    /// Runs a program that prints its port and ends with its standard input.
    fn spawn(program: &mut Command, behind: Option<Self>) -> Self {
        let child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("a server process");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a port");
        let port = line.trim().parse().expect("a port");
        Self { child, port, behind: behind.map(Box::new) }
    }

    /// Microseconds of processor time that a request costs the server.
    pub(crate) fn cost(&self, load: Load) -> f64 {
        let before = self.microseconds();
        let sent = load.run(self.port);
        (self.microseconds() - before) / f64::from(sent)
    }

    /// KiB of memory that an open stream takes on which nothing happens.
    pub(crate) fn memory_of_a_stream(&self, streams: u32) -> f64 {
        // The first streams bring what the server keeps anyway.
        load::while_idle(self.port, 10, || ());
        let before = self.kibibytes();
        let grown = load::while_idle(self.port, streams, || self.kibibytes()) - before;
        grown / f64::from(streams)
    }

    /// User and system time so far, over all threads.
    fn microseconds(&self) -> f64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let tasks = tasks.expect("a running process");
        let own: f64 = tasks.map(|task| nanoseconds(&task.expect("a thread")) / 1e3).sum();
        own + self.behind.as_ref().map_or(0.0, |behind| behind.microseconds())
    }

    /// Resident memory.
    fn kibibytes(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
        number.and_then(|number| number.parse().ok()).expect("a size")
    }
}

/// The first number of a thread's `schedstat`: nanoseconds on a processor.
fn nanoseconds(task: &std::fs::DirEntry) -> f64 {
    // A thread may have ended since the folder was listed.
    let text = std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
    text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

impl Drop for Running {
    fn drop(&mut self) {
        // It ends with its standard input.
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

/// Where programs go that are built for this benchmark alone.
fn built() -> PathBuf {
    let own = std::env::current_exe().expect("a path of this program");
    own.ancestors().nth(3).expect("a target folder").join("peers")
}

fn rest_over_grpc() -> PathBuf {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(["build", "--release", "--quiet", "--target-dir"]).arg(built());
    done(cargo.current_dir(repository().join("tests/peers/rest_over_grpc")));
    built().join("release/peer-rest-over-grpc")
}

fn grpc_gateway() -> PathBuf {
    let folder = built().join("grpc-gateway");
    done(Command::new(repository().join("tests/peers/grpc_gateway/build.sh")).arg(&folder));
    folder.join("gateway")
}

fn done(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?} ended with {status}");
}

/// Is the server `name` until standard input ends.
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
        let server = async {
            match name {
                "tonic" => by_hand::tonic(listener).await,
                "tonic with limits" => by_hand::tonic_with_limits(listener).await,
                "axum" => by_hand::axum(listener).await,
                "axum with limits" => by_hand::axum_with_limits(listener).await,
                "axum with limits and ids" => by_hand::axum_with_limits_and_ids(listener).await,
                _ => agent::serve(listener).await,
            }
        };
        tokio::select! {
            () = ended => {}
            () = server => {}
        }
    });
}
