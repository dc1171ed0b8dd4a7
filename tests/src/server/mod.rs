//! Servers that a test starts for itself, on a free port, and can kill.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

mod brokers;

pub use brokers::*;

use crate::environment;

/// How long a server may take to start.
const SOON: Duration = Duration::from_secs(150);

type Start = Box<dyn Fn(u16, &Path) -> Command + Send + Sync>;

/// A server with its data; both go with the handle.
pub struct Server {
    start: Start,
    child: Mutex<Child>,
    /// Where its data stands.
    pub folder: PathBuf,
    /// Where it listens, on the loopback address.
    pub port: u16,
    /// Data that stands elsewhere.
    outside: Option<PathBuf>,
}

impl Server {
    /// Starts what the command, made for a port and a folder, says.
    ///
    /// # Panics
    /// If the program is missing, or does not listen in time.
    pub fn start(
        name: &str,
        start: impl Fn(u16, &Path) -> Command + Send + Sync + 'static,
    ) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = environment::target()
            .join("tmp/servers")
            .join(format!("{name}-{}-{number}", std::process::id()));
        // Left behind by a process of the same number, if at all.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the folder of a server");
        let port = free_port();
        let child = spawn(&start(port, &folder), port);
        Self { start: Box::new(start), child: Mutex::new(child), folder, port, outside: None }
    }

    /// Kills the server as the kernel does, without a word to it.
    ///
    /// # Panics
    /// If it cannot be killed.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.kill().expect("the server is killed");
        child.wait().expect("the server has ended");
    }

    /// Starts it again after [`kill`](Self::kill), with what it had stored.
    ///
    /// # Panics
    /// If it does not listen in time.
    pub fn restart(&self) {
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

/// A port that nobody listens on.
///
/// # Panics
/// If there is none.
pub fn free_port() -> u16 {
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
