//! A server in a process of its own, and the processor time it has used.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use tokio::net::TcpListener;

use super::load::Load;
use super::{agent, by_hand};

/// A server process.
pub(crate) struct Running {
    child: Child,
    port: u16,
}

impl Running {
    /// Starts this program as the server `name`.
    pub(crate) fn start(name: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("a path of this program"));
        let child = command.args(["serve", name]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = child.spawn().expect("a server process");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a port");
        Self { child, port: line.trim().parse().expect("a port") }
    }

    /// Microseconds of processor time that a request costs the server.
    pub(crate) fn cost(&self, load: Load, requests: u32) -> f64 {
        let before = self.microseconds();
        let sent = load.run(self.port, requests);
        (self.microseconds() - before) / f64::from(sent)
    }

    /// User and system time so far, over all threads.
    fn microseconds(&self) -> f64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let tasks = tasks.expect("a running process");
        tasks.map(|task| nanoseconds(&task.expect("a thread")) / 1e3).sum()
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
                _ => agent::serve(listener).await,
            }
        };
        tokio::select! {
            () = ended => {}
            () = server => {}
        }
    });
}
