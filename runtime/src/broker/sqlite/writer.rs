//! The thread that owns the connection: it gathers jobs into transactions and
//! reports their outcome once these are committed.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::sync::{oneshot, watch};

use super::Config;
use super::claim::read_headers;
use super::store::Sqlite;
use crate::Metadata;
use crate::broker::embedded::{Changes, Done, Headers, Job, Lane};
use crate::broker::{Error, ErrorKind, headers};

/// The most jobs in one transaction.
const MAX_JOBS: usize = 512;

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
                let (orders, changes, look) = (receiver, shared, config.kind.look);
                Thread { store, orders, changes, look }.run();
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
    /// fills.
    fn carry_out(&mut self, first: Work) -> (Vec<Done>, Option<oneshot::Sender<()>>) {
        let mut outcomes = vec![first(&mut self.store)];
        while outcomes.len() < MAX_JOBS {
            match self.orders.try_recv() {
                Ok(Order::Run(job)) => outcomes.push(job(&mut self.store)),
                Ok(Order::Close(sender)) => return (outcomes, Some(sender)),
                Err(_) => break,
            }
        }
        (outcomes, None)
    }
}
