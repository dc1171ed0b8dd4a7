//! The thread that owns the connection: it gathers jobs into transactions and
//! reports their outcome once these are committed.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use futures_core::future::BoxFuture;
use tokio::sync::{oneshot, watch};

use super::Config;
use super::claim::read_headers;
use super::store::Sqlite;
use crate::Metadata;
use crate::broker::embedded::{Changes, Done, Headers, Job, Lane};
use crate::broker::{Error, ErrorKind, headers};

/// The most jobs in one transaction, and the longest that one waits for more.
const MAX_JOBS: usize = 512;
const MAX_GATHER: Duration = Duration::from_millis(1);

/// How long a transaction that is synced waits for the next of those that usually share
/// one: a fraction of the time that a disk takes.
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
    changes: Arc<Changes>,
}

impl Writer {
    /// Opens the file on a thread of its own.
    pub(super) async fn start(config: Arc<Config>) -> Result<Self, Error> {
        let (orders, receiver) = mpsc::channel();
        let (opened, is_open) = oneshot::channel();
        let changes = Arc::new(Changes::default());
        let shared = Arc::clone(&changes);
        let body = move || match Sqlite::open(&config) {
            Ok(store) => {
                // The opener may have gone; then the orders end at once.
                let _ = opened.send(Ok(()));
                let patience = if config.full_sync { PATIENCE } else { Duration::ZERO };
                let (orders, changes, look) = (receiver, shared, config.kind.look);
                Thread { store, orders, changes, look, patience, usual: 1 }.run();
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

    /// Accepts work; what cannot be sent is dropped, which reports it as closed.
    pub(super) fn order(&self, work: Work) {
        let _ = self.orders.send(Order::Run(work));
    }
}

impl Lane for Writer {
    fn headers(&self, headers: Metadata) -> Headers {
        Headers::Text(headers::write(&headers).into(), read_headers)
    }

    fn submit(&self, job: Job) {
        self.order(Box::new(move |store| job(store)));
    }

    fn changes(&self, queue: i64) -> watch::Receiver<u64> {
        self.changes.of(queue)
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
    changes: Arc<Changes>,
    look: Duration,
    patience: Duration,
    /// How many jobs lately came together.
    usual: usize,
}

impl Thread {
    fn run(mut self) {
        let closing = loop {
            let close = match self.orders.recv_timeout(self.look) {
                Ok(Order::Run(job)) => self.commit(job),
                Ok(Order::Close(sender)) => Some(sender),
                Err(RecvTimeoutError::Timeout) => {
                    if self.store.look() {
                        self.changes.note_all();
                    }
                    None
                }
                Err(RecvTimeoutError::Disconnected) => break None,
            };
            if close.is_some() {
                break close;
            }
        };
        let Self { store, orders, changes, .. } = self;
        // Nothing is accepted any more; the file is whole; the waiting wake.
        drop(orders);
        drop(store);
        changes.note_all();
        if let Some(closing) = closing {
            let _ = closing.send(());
        }
    }

    /// Runs a job, and what else comes meanwhile, in one transaction; returns who asked
    /// to close.
    fn commit(&mut self, first: Work) -> Option<oneshot::Sender<()>> {
        if self.store.begin() {
            self.changes.note_all();
        }
        let (outcomes, close) = self.carry_out(first);
        let committed = self.store.commit();
        let ready = self.store.take_ready();
        if committed.is_ok() {
            self.changes.note(&ready);
        }
        for done in outcomes {
            done(committed.clone().map_err(|text| Error::new(ErrorKind::Unavailable, text)));
        }
        close
    }

    /// Carries out what is waiting, as it comes: while a transaction syncs, the next one
    /// fills. Where fewer are there than there were the last time, the others are about
    /// to come, and are waited for a little.
    fn carry_out(&mut self, first: Work) -> (Vec<Done>, Option<oneshot::Sender<()>>) {
        let mut outcomes = vec![first(&mut self.store)];
        let since = Instant::now();
        let mut close = None;
        while outcomes.len() < MAX_JOBS {
            let few = outcomes.len() < self.usual && since.elapsed() < MAX_GATHER;
            let patience = if few { self.patience } else { Duration::ZERO };
            match self.orders.recv_timeout(patience) {
                Ok(Order::Run(job)) => outcomes.push(job(&mut self.store)),
                Ok(Order::Close(sender)) => close = Some(sender),
                Err(_) => break,
            }
            if close.is_some() {
                break;
            }
        }
        self.usual = outcomes.len().max(self.usual / 2);
        (outcomes, close)
    }
}
