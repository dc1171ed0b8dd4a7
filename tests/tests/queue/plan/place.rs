//! The brokers under the plan, each with a store of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::server::{self, Server};
use crate::sqlite::fresh_file;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A path that no other run uses, of this test or another.
pub(crate) fn own_file(name: &str) -> PathBuf {
    let test = std::thread::current().name().unwrap_or("plan").replace("::", "-");
    fresh_file(&format!("{test}-{name}-{}", NUMBER.fetch_add(1, Ordering::Relaxed)))
}

/// A broker. Duplicates are to reach consumers, so that no message is dropped
/// at the door.
#[derive(Clone)]
pub(crate) struct Place {
    /// The URL up to its options; a server's port stands as `PORT`.
    base: String,
    /// Further options, each after a `&`.
    options: String,
    pub(crate) server: Option<Arc<Server>>,
    /// How long everything that was accepted may take to be done.
    pub(crate) drained: Duration,
    /// The most workers that share what one of them may die over.
    most: usize,
    /// After how long without any progress the workers are restarted: the server may have
    /// given the partitions of a killed one to nobody, see `docs/faults.md`.
    pub(crate) stalled: Option<Duration>,
    /// How old a queue has to be before the server may be killed, see `docs/faults.md`.
    pub(crate) settled: Option<Duration>,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::new(&format!("sqlite:{}", own_file("store").display()), None)
    }

    pub(crate) fn nats() -> Self {
        Self::at("nats://127.0.0.1:PORT", server::nats())
    }

    pub(crate) fn redis() -> Self {
        Self::at("redis://127.0.0.1:PORT", server::redis())
    }

    pub(crate) fn rabbitmq() -> Self {
        Self::rabbitmq_on(&Arc::new(server::rabbitmq()))
    }

    /// One of several on a server that takes long to start.
    pub(crate) fn rabbitmq_on(server: &Arc<Server>) -> Self {
        let prefix = format!("&prefix=plan-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let place = Self::new("amqp://127.0.0.1:PORT", Some(Arc::clone(server)));
        let settled = Some(Duration::from_millis(2500));
        Self { settled, ..place.with(&prefix).with_ledger() }
    }

    pub(crate) fn kafka() -> Self {
        Self::kafka_on(server::kafka(), 4)
    }

    /// Who is not heard of for so many seconds loses its partitions.
    pub(crate) fn kafka_on(server: Server, session: u32) -> Self {
        let options = format!("&partitions=4&session_timeout={session}");
        let place = Self::at("kafka://127.0.0.1:PORT", server).with(&options).with_ledger();
        // The death of a process is noticed after its session, and its partitions may stay
        // with nobody where others of its group go on, see `docs/faults.md`.
        let stalled = Some(Duration::from_secs(15));
        Self { drained: Duration::from_secs(200), most: 1, stalled, ..place }
    }

    pub(crate) fn at(base: &str, server: Server) -> Self {
        Self::new(base, Some(Arc::new(server)))
    }

    fn new(base: &str, server: Option<Arc<Server>>) -> Self {
        let (base, options, drained) = (base.to_owned(), String::new(), Duration::from_secs(90));
        Self { base, options, server, drained, most: usize::MAX, stalled: None, settled: None }
    }

    fn with(mut self, options: &str) -> Self {
        self.options += options;
        self
    }

    /// All processes of the test share a file, where the server has no place for a ledger.
    fn with_ledger(self) -> Self {
        let ledger = format!("&ledger=sqlite:{}", own_file("ledger").display());
        self.with(&ledger)
    }

    pub(crate) fn url(&self) -> String {
        self.url_at(self.server.as_ref().map_or(0, |server| server.port))
    }

    /// The broker behind another port, a proxy's.
    pub(crate) fn url_at(&self, port: u16) -> String {
        let base = self.base.replace("PORT", &port.to_string());
        format!("{base}?dedupe_window=0{}", self.options)
    }

    /// The server of a broker that has one.
    pub(crate) fn server(&self) -> &Arc<Server> {
        self.server.as_ref().expect("a broker with a server")
    }

    /// How many of these workers may share what one of them may die over.
    pub(crate) fn workers(&self, wanted: usize) -> usize {
        wanted.min(self.most)
    }
}
