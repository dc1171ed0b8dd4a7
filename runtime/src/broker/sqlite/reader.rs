//! The thread that reads entries of a ledger, over a connection of its own: whoever asks
//! what is written waits for no transaction that is being synced. It sees what is
//! committed.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use rusqlite::{Connection, OptionalExtension as _, params};
use tokio::sync::oneshot;

use super::clock::Clock;
use super::store::unavailable;
use super::{Config, schema};
use crate::broker::ledger::Entry;
use crate::broker::{Error, ErrorKind};

/// The most that is read at one state of the file, which cannot be tidied up meanwhile.
const MOST: usize = 512;

/// A key, and who waits for its entry.
type Asked = (String, oneshot::Sender<Result<Entry, Error>>);

/// The handle on the thread; the thread ends when it is dropped.
pub(super) struct Reader(Sender<Asked>);

impl Reader {
    /// Opens a file that is there, on a thread of its own.
    pub(super) async fn start(config: Arc<Config>) -> Result<Self, Error> {
        let (sender, asked) = mpsc::channel();
        let (opened, is_open) = oneshot::channel();
        let body = move || {
            let connection = schema::open_to_read(&config);
            let clock = Clock::new(&config.wall);
            // The opener may have gone; then the questions end at once.
            match connection {
                Ok(connection) => {
                    let _ = opened.send(Ok(()));
                    read(&connection, clock, &asked);
                }
                Err(error) => drop(opened.send(Err(unavailable(error)))),
            }
        };
        thread::Builder::new().name("agentgen-ledger".to_owned()).spawn(body).map_err(|error| {
            Error::new(ErrorKind::Unavailable, "no thread for the ledger").with_source(error)
        })?;
        is_open.await.unwrap_or_else(|_| Err(Error::closed()))?;
        Ok(Self(sender))
    }

    pub(super) async fn entry(&self, key: &str) -> Result<Entry, Error> {
        let (answer, answered) = oneshot::channel();
        // What cannot be sent is dropped, which reports it as closed.
        let _ = self.0.send((key.to_owned(), answer));
        answered.await.unwrap_or_else(|_| Err(Error::closed()))
    }
}

fn read(connection: &Connection, mut clock: Clock, asked: &Receiver<Asked>) {
    while let Ok(first) = asked.recv() {
        // Who asks later may have seen a write that this look does not see.
        let asked: Vec<_> = std::iter::once(first).chain(asked.try_iter().take(MOST)).collect();
        // One look at the state of the file for all; where there is none, each statement
        // takes its own, and says what is wrong.
        let begun = connection.prepare_cached("BEGIN").and_then(|mut begin| begin.execute([]));
        for (key, answer) in asked {
            // Whoever asked may have gone.
            let _ = answer.send(entry(connection, &mut clock, &key).map_err(unavailable));
        }
        if begun.is_ok() {
            let ended = connection.prepare_cached("COMMIT").and_then(|mut end| end.execute([]));
            if let Err(error) = ended {
                tracing::debug!(%error, "a look at the ledger does not end");
            }
        }
    }
}

fn entry(connection: &Connection, clock: &mut Clock, key: &str) -> rusqlite::Result<Entry> {
    let sql = "SELECT value, revision, expires_at, (SELECT now FROM clock) FROM entry
               WHERE key = ?";
    let found = connection.prepare_cached(sql)?.query_row(params![key], |row| {
        let entry = Entry {
            value: Some(row.get::<_, Vec<u8>>(0)?.into()),
            revision: row.get::<_, i64>(1)?.unsigned_abs(),
        };
        Ok((entry, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
    });
    let alive = |(entry, ends, written)| (ends > clock.now(written)).then_some(entry);
    Ok(found.optional()?.and_then(alive).unwrap_or_default())
}
