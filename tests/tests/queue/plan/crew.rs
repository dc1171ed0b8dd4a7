//! Worker processes: hired, killed, terminated, suspended, replaced.

use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fastrand::Rng;
use tokio::process::{Child, Command};

/// How long a delivery is leased: what a dead worker held comes back so soon.
const LEASE: Duration = Duration::from_secs(1);

/// The workers of one test.
pub(crate) struct Crew {
    url: String,
    log: PathBuf,
    concurrency: usize,
    lease: Duration,
    patience: Option<Duration>,
    environment: Vec<(String, String)>,
    pub(crate) children: Vec<Child>,
    /// How many died by a signal, a kill or their own.
    pub(crate) deaths: usize,
}

impl Crew {
    pub(crate) fn new(url: &str, log: &Path, concurrency: usize) -> Self {
        let (url, log) = (url.to_owned(), log.to_owned());
        let (lease, environment, children) = (LEASE, Vec::new(), Vec::new());
        let patience = None;
        Self { url, log, concurrency, lease, patience, environment, children, deaths: 0 }
    }

    /// Leases that no busy machine lets end.
    pub(crate) fn with_long_leases(mut self) -> Self {
        self.lease = Duration::from_secs(15);
        self
    }

    /// Others are held back for suspects for so long.
    pub(crate) fn with_patience(mut self, time: Duration) -> Self {
        self.patience = Some(time);
        self
    }

    /// Sets a variable of the environment of those hired from now on.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn hire(&mut self, count: usize) {
        for _ in 0..count {
            let mut command = Command::new(env!("CARGO_BIN_EXE_queue-worker"));
            command.arg(&self.url).arg(&self.log).arg(self.concurrency.to_string());
            command.arg(self.lease.as_millis().to_string());
            command.args(self.patience.map(|time| time.as_millis().to_string()));
            command.envs(self.environment.iter().cloned()).kill_on_drop(true);
            self.children.push(command.spawn().expect("the worker starts"));
        }
    }

    /// Replaces those that have ended.
    pub(crate) fn replace(&mut self) {
        let before = self.children.len();
        let deaths = &mut self.deaths;
        self.children.retain_mut(|child| {
            let ended = child.try_wait().expect("the worker's state");
            *deaths += usize::from(ended.is_some_and(|status| status.signal().is_some()));
            ended.is_none()
        });
        self.hire(before - self.children.len());
    }

    /// Kills one of them.
    pub(crate) fn kill_any(&mut self, rng: &mut Rng) {
        if let Some(child) = rng.choice(&mut self.children) {
            child.start_kill().expect("the kill");
        }
    }

    /// Has them end well, as an operator does where nothing goes on.
    pub(crate) async fn restart(&mut self) {
        eprintln!("nothing goes on: the workers are restarted");
        for child in self.children.iter().filter(|child| child.id().is_some()) {
            listens(child).await;
            signal(child, "-TERM");
        }
    }

    /// Ends all of them, and well.
    pub(crate) async fn dismiss(mut self) {
        for child in &self.children {
            listens(child).await;
            signal(child, "-TERM");
        }
        for child in &mut self.children {
            let ended = tokio::time::timeout(Duration::from_secs(30), child.wait()).await;
            let status = ended.expect("a worker does not end").expect("its status");
            // One that was killed just now, by the plan or by a poison, has not been replaced.
            let killed = matches!(status.signal(), Some(6 | 9));
            assert!(status.success() || killed, "a worker ended badly: {status}");
        }
    }
}

/// Waits until a worker that was hired just now would end well.
async fn listens(child: &Child) {
    let id = child.id().expect("the worker runs");
    let state = Path::new("/proc").join(id.to_string()).join("status");
    while std::fs::read_to_string(&state).is_ok_and(|state| is_deaf(&state)) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Whether a process in this state has no handler for SIGTERM, and lives.
fn is_deaf(state: &str) -> bool {
    let line = |name| state.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let handled = line("SigCgt:").and_then(|mask| u64::from_str_radix(mask, 16).ok());
    let lives = line("State:").is_some_and(|state| !state.starts_with('Z'));
    lives && handled.is_some_and(|mask| mask & (1 << 14) == 0)
}

pub(crate) fn signal(child: &Child, name: &str) {
    let id = child.id().expect("the worker runs").to_string();
    let sent = std::process::Command::new("kill").args([name, &id]).status();
    assert!(sent.expect("`kill` is there").success(), "the worker was not signalled");
}
