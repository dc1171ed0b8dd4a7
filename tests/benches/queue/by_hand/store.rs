//! A thread that owns the connection to a file of `SQLite`, and commits together what
//! is waiting: how one would write it where every answer has to be durable.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::Connection;
use tokio::sync::oneshot;

/// The most that goes into one transaction.
const MOST: usize = 512;

/// Reports what was done, once it is committed.
type Report = Box<dyn FnOnce()>;
type Work = Box<dyn FnOnce(&Connection) -> rusqlite::Result<Report> + Send>;

#[derive(Clone)]
pub(crate) struct Store(Sender<Work>);

impl Store {
    /// Opens `sqlite:PATH?synchronous=HOW` and makes its tables, and removes once a
    /// second what has expired.
    pub(crate) fn open(url: &str, tables: &'static str, purge: &'static [&'static str]) -> Self {
        let (path, synchronous) = url
            .strip_prefix("sqlite:")
            .and_then(|rest| rest.split_once("?synchronous="))
            .expect("a path and how it is synced");
        let (path, synchronous) = (path.to_owned(), synchronous.to_owned());
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let store = Connection::open(path)?;
            store.pragma_update(None, "journal_mode", "wal")?;
            store.pragma_update(None, "synchronous", synchronous)?;
            store.set_prepared_statement_cache_capacity(64);
            store.execute_batch(tables)?;
            commit_what_comes(&store, &receiver, purge)
        });
        Self(sender)
    }

    /// Carries something out; resolves once it is committed.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> T {
        let (sender, answer) = oneshot::channel();
        let work = move |store: &Connection| {
            let done = work(store)?;
            // Whoever asked waits for it.
            Ok(Box::new(move || drop(sender.send(done))) as Report)
        };
        self.0.send(Box::new(work)).expect("the thread runs");
        answer.await.expect("the thread answers")
    }
}

fn commit_what_comes(
    store: &Connection,
    asked: &Receiver<Work>,
    purge: &[&str],
) -> rusqlite::Result<()> {
    let mut purge_at = 0;
    while let Ok(first) = asked.recv() {
        store.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        if now() >= purge_at {
            purge_at = now() + 1000;
            for sql in purge {
                store.prepare_cached(sql)?.execute([now()])?;
            }
        }
        let mut reports = Vec::new();
        let mut next = Some(first);
        while let Some(work) = next {
            reports.push(work(store)?);
            next = if reports.len() < MOST { asked.try_recv().ok() } else { None };
        }
        store.prepare_cached("COMMIT")?.execute([])?;
        for report in reports {
            report();
        }
    }
    Ok(())
}

/// Milliseconds of the wall clock.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or_default()
}
