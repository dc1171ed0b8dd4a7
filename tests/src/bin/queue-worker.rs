//! A consumer process for tests to kill:
//! `queue-worker BROKER_URL LOG [CONCURRENCY LEASE_MILLIS [PATIENCE_MILLIS]]`. It ends well
//! on SIGTERM. `NAMESPACE` in the environment makes it the agent of that name, with one rpc.
//!
//! It writes to the log, each line in one write that no kill can tear:
//! `start NAME ATTEMPT PID MILLIS`, then after the pause that the request asks
//! for `effect NAME …` or `fail NAME …`, then `end NAME …`, also where it is cut off. Names that begin with `key` are those
//! of ordered requests, whose size is their place: they are logged as
//! `NAME/SIZE`. What becomes of an attempt the name says too:
//!
//! | name | attempt |
//! |---|---|
//! | `poison…` | aborts the process, always |
//! | `early…` | aborts it the first time, before the effect |
//! | `late…` | aborts it the first time, between the effect and the acknowledgement |
//! | `flaky…` | fails the first time |
//! | `failing…` | fails always, with a code that is tried again |
//! | `bad…` | fails with a code that is not |

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use agentgen::broker::Broker;
use agentgen::queue::{Consumer, Options};
use agentgen::testing::probe::{Job, Probe, RUN};
use agentgen::{Context, Status};
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str =
    "usage: queue-worker BROKER_URL LOG [CONCURRENCY LEASE_MILLIS [PATIENCE_MILLIS]]";

#[tokio::main]
async fn main() -> Result<(), Status> {
    let mut arguments = std::env::args().skip(1);
    let usage = || Status::invalid_argument(USAGE);
    let (url, log) = arguments.next().zip(arguments.next()).ok_or_else(usage)?;
    let log = OpenOptions::new().create(true).append(true).open(log);
    let log = Log(Arc::new(log.map_err(|error| usage().with_source(error))?));
    let mut probe = Probe::new(move |context, job| handle(log.clone(), context, job));
    if let Some((concurrency, lease)) = arguments.next().zip(arguments.next()) {
        let lease = Duration::from_millis(lease.parse().map_err(|_| usage())?);
        probe = probe.with_limits(concurrency.parse().map_err(|_| usage())?, lease);
    }
    let mut options = Options::default();
    if let Some(patience) = arguments.next() {
        options = options.patience(Duration::from_millis(patience.parse().map_err(|_| usage())?));
    }
    if let Ok(name) = std::env::var("NAMESPACE") {
        (probe, options) = (probe.with_queue_of(RUN), options.namespace(name));
    }
    let dispatcher = probe.into_dispatcher();
    let mut terminated = signal(SignalKind::terminate()).map_err(|_| usage())?;
    let shutdown = dispatcher.shutdown().clone();
    tokio::spawn(async move {
        terminated.recv().await;
        shutdown.cancel();
    });
    Consumer::with_options(Broker::open(&url).await?, options).run(dispatcher).await
}

async fn handle(log: Log, context: Context, job: Job) -> Result<Job, Status> {
    let ordered = job.name.starts_with("key");
    let name = if ordered { format!("{}/{}", job.name, job.size) } else { job.name.clone() };
    let is = |kind| name.starts_with(kind);
    let (attempt, first) = (context.attempt(), context.attempt() == 1);
    log.note("start", &name, attempt)?;
    let _end = End { log: &log, name: &name, attempt };
    let pause = if ordered { 2 } else { job.size };
    tokio::time::sleep(Duration::from_millis(pause.into())).await;
    if is("poison") || first && is("early") {
        std::process::abort();
    }
    if is("failing") || is("bad") || first && is("flaky") {
        log.note("fail", &name, attempt)?;
        let status = if is("bad") { Status::invalid_argument } else { Status::unavailable };
        return Err(status("on purpose"));
    }
    log.note("effect", &name, attempt)?;
    // Long enough for a kill between the effect and the acknowledgement.
    tokio::time::sleep(Duration::from_millis(5)).await;
    if first && is("late") {
        std::process::abort();
    }
    Ok(job)
}

/// Notes the end of a handler, however it comes to it.
struct End<'a> {
    log: &'a Log,
    name: &'a str,
    attempt: u32,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        // A log that cannot be written shows that by what it lacks.
        let _ = self.log.note("end", self.name, self.attempt);
    }
}

#[derive(Clone)]
struct Log(Arc<File>);

impl Log {
    /// Appends a line.
    fn note(&self, what: &str, name: &str, attempt: u32) -> Result<(), Status> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let line = format!("{what} {name} {attempt} {} {now}\n", std::process::id());
        let written = (&*self.0).write_all(line.as_bytes());
        written.map_err(|error| Status::internal("the log").with_source(error))
    }
}
