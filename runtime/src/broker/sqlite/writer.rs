//! The thread that owns the connection: it gathers jobs into transactions and
//! reports their outcome once these are committed.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use futures_core::future::BoxFuture;
use tokio::sync::{oneshot, watch};

use super::Config;
use super::store::Sqlite;
use crate::broker::embedded::{Done, Job, Lane};
use crate::broker::{Error, ErrorKind};

/// The most jobs in one transaction, and the longest that one gathers.
const MAX_JOBS: usize = 512;
const MAX_GATHER: Duration = Duration::from_millis(1);

/// How long a transaction waits for the next of those that usually share one: a
/// fraction of the time that a disk takes.
const PATIENCE: Duration = Duration::from_micros(50);

/// One operation, as a [`Job`] is, but on this kind of store.
pub(super) type Work = Box<dyn FnOnce(&mut Sqlite) -> Done + Send>;

enum Order {
    Run(Work),
    Close(oneshot::Sender<()>),
}

/// The handle on the thread; the thread ends when it is dropped.
pub(super) struct Writer {
    orders: Sender<Order>,
    changes: Arc<watch::Sender<u64>>,
}

impl Writer {
    /// Opens the file on a thread of its own.
    pub(super) async fn start(config: Config) -> Result<Self, Error> {
        let (orders, receiver) = mpsc::channel();
        let (opened, is_open) = oneshot::channel();
        let changes = Arc::new(watch::Sender::new(0));
        let shared = Arc::clone(&changes);
        let body = move || match Sqlite::open(&config) {
            Ok(store) => {
                // The opener may have gone; then the orders end at once.
                let _ = opened.send(Ok(()));
                let (look, seen, usual) = (config.kind.look, 0, 1);
                Thread { store, orders: receiver, changes: shared, look, seen, usual }.run();
            }
            Err(error) => {
                let _ = opened.send(Err(error));
            }
        };
        thread::Builder::new().name("agentgen-sqlite".to_owned()).spawn(body).map_err(|error| {
            Error::new(ErrorKind::Unavailable, "no thread for the broker").with_source(error)
        })?;
        is_open.await.unwrap_or_else(|_| Err(Error::closed()))?;
        Ok(Self { orders, changes })
    }
}

impl Writer {
    /// Accepts work; what cannot be sent is dropped, which reports it as closed.
    pub(super) fn order(&self, work: Work) {
        let _ = self.orders.send(Order::Run(work));
    }
}

impl Lane for Writer {
    fn submit(&self, job: Job) {
        self.order(Box::new(move |store| job(store)));
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn close(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            let (sender, closed) = oneshot::channel();
            if self.orders.send(Order::Close(sender)).is_ok() {
                // Ended without an answer means closed by somebody else.
                let _ = closed.await;
            }
            Ok(())
        })
    }
}

struct Thread {
    store: Sqlite,
    orders: Receiver<Order>,
    changes: Arc<watch::Sender<u64>>,
    look: Duration,
    /// The version of the file, as far as it was noticed.
    seen: i64,
    /// How many jobs lately came together.
    usual: usize,
}

impl Thread {
    fn run(mut self) {
        let closing = loop {
            let (jobs, close) = match self.orders.recv_timeout(self.look) {
                Ok(Order::Run(job)) => self.gather(job),
                Ok(Order::Close(sender)) => (Vec::new(), Some(sender)),
                Err(RecvTimeoutError::Timeout) => (Vec::new(), None),
                Err(RecvTimeoutError::Disconnected) => break None,
            };
            let foreign = self
                .store
                .data_version()
                .is_some_and(|version| std::mem::replace(&mut self.seen, version) != version);
            if self.commit(jobs) || foreign {
                self.changes.send_modify(|version| *version += 1);
            }
            if close.is_some() {
                break close;
            }
        };
        let Self { store, orders, changes, .. } = self;
        // Nothing is accepted any more; the file is whole; the waiting wake.
        drop(orders);
        drop(store);
        changes.send_modify(|version| *version += 1);
        if let Some(closing) = closing {
            let _ = closing.send(());
        }
    }

    /// Takes what else is waiting: while a transaction syncs, the next one
    /// fills. Where fewer are there than there were the last time, the others
    /// are about to come, and are waited for a little.
    fn gather(&mut self, first: Work) -> (Vec<Work>, Option<oneshot::Sender<()>>) {
        let mut jobs = vec![first];
        let since = Instant::now();
        let mut close = None;
        while jobs.len() < MAX_JOBS && since.elapsed() < MAX_GATHER {
            let patience = if jobs.len() < self.usual { PATIENCE } else { Duration::ZERO };
            match self.orders.recv_timeout(patience) {
                Ok(Order::Run(job)) => jobs.push(job),
                Ok(Order::Close(sender)) => close = Some(sender),
                Err(_) => break,
            }
            if close.is_some() {
                break;
            }
        }
        self.usual = jobs.len().max(self.usual / 2);
        (jobs, close)
    }

    /// Runs jobs in one transaction; returns whether messages may have become
    /// ready.
    fn commit(&mut self, jobs: Vec<Work>) -> bool {
        if jobs.is_empty() {
            return false;
        }
        self.store.begin();
        let outcomes: Vec<_> = jobs.into_iter().map(|job| job(&mut self.store)).collect();
        let committed = self.store.commit();
        for done in outcomes {
            done(committed.clone().map_err(|text| Error::new(ErrorKind::Unavailable, text)));
        }
        committed.is_ok() && self.store.take_changed()
    }
}
