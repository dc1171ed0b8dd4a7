//! The outbox in an `SQLite` database, by rusqlite.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use rusqlite::{Connection, params};

use super::entry::Entry;
use super::store::{Settled, Store, Waiting};
use super::{Outbox, Relay};
use crate::Status;
use crate::broker::Broker;
use crate::codec::Message;
use crate::queue::Post;

/// How long a lock of the database is waited for.
const BUSY: Duration = Duration::from_secs(5);

const TABLE: &str = "
CREATE TABLE IF NOT EXISTS agentgen_outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    ordering_key TEXT,
    dedupe_key TEXT,
    due INTEGER NOT NULL,   -- milliseconds since 1970; 0 is at once
    error TEXT              -- why the broker never takes it; NULL tries again
)";

const INSERT: &str = "
INSERT INTO agentgen_outbox (subject, headers, body, ordering_key, dedupe_key, due)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

const NEXT: &str = "
SELECT id, subject, headers, body, ordering_key, dedupe_key, due
FROM agentgen_outbox WHERE error IS NULL ORDER BY id LIMIT ?1";

impl Outbox {
    /// Makes the table `agentgen_outbox` where it is missing.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn create_sqlite(connection: &Connection) -> Result<(), Status> {
        connection.execute_batch(TABLE).map_err(|error| failed("made", error))
    }
}

impl<Q: Message, R> Post<&Outbox, Q, R> {
    /// Writes it to a transaction of an `SQLite` database; returns its id. It is
    /// published once the transaction is committed.
    ///
    /// # Errors
    /// The table is missing (see [`Outbox::create_sqlite`]) or cannot be written;
    /// `UNIMPLEMENTED` where the rpc has no subject.
    pub fn write(self, transaction: &rusqlite::Transaction<'_>) -> Result<String, Status> {
        let (id, entry) = Entry::of(self)?;
        let Entry { subject, headers, body, ordering_key, dedupe_key, due } = entry;
        let mut insert =
            transaction.prepare_cached(INSERT).map_err(|error| failed("written", error))?;
        insert
            .execute(params![subject, headers, &body[..], ordering_key, dedupe_key, due])
            .map_err(|error| failed("written", error))?;
        Ok(id)
    }
}

impl Relay {
    /// Publishes the outbox in the database at `path`, which is made where it is
    /// missing. The relay whose turn it is holds a lock on the file
    /// `{path}-relay`, which ends with its process.
    ///
    /// # Errors
    /// Database or lock file cannot be opened.
    pub fn sqlite(path: impl AsRef<Path>, broker: Broker) -> Result<Self, Status> {
        let path = path.as_ref();
        let connection = Connection::open(path).map_err(|error| failed("opened", error))?;
        connection.busy_timeout(BUSY).map_err(|error| failed("opened", error))?;
        let mut lock = PathBuf::from(path).into_os_string();
        lock.push("-relay");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(lock);
        let lock = lock.map_err(|error| {
            Status::unavailable("the lock file of the outbox cannot be opened").with_source(error)
        })?;
        let inner = Inner { connection, lock, turn: false };
        Ok(Self::new(Database(Arc::new(Mutex::new(inner))), broker))
    }
}

/// The database; all of its work is done on threads that may block.
struct Database(Arc<Mutex<Inner>>);

struct Inner {
    connection: Connection,
    lock: File,
    /// Whether the lock is held.
    turn: bool,
}

impl Database {
    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Inner) -> Result<T, Status> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, Status>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let done = tokio::task::spawn_blocking(move || {
                work(&mut inner.lock().unwrap_or_else(PoisonError::into_inner))
            });
            done.await.map_err(|error| Status::internal("the outbox failed").with_source(error))?
        })
    }
}

impl Inner {
    fn take_turn(&mut self) -> Result<bool, Status> {
        if !self.turn {
            match self.lock.try_lock() {
                Ok(()) => self.turn = true,
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => {
                    let text = "the lock file of the outbox cannot be locked";
                    return Err(Status::unavailable(text).with_source(error));
                }
            }
        }
        Ok(self.turn)
    }

    fn read(&self, limit: usize) -> rusqlite::Result<Vec<Waiting>> {
        let mut next = self.connection.prepare_cached(NEXT)?;
        let rows = next.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            let entry = Entry {
                subject: row.get(1)?,
                headers: row.get(2)?,
                body: Bytes::from(row.get::<_, Vec<u8>>(3)?),
                ordering_key: row.get(4)?,
                dedupe_key: row.get(5)?,
                due: row.get(6)?,
            };
            Ok(Waiting { number: row.get(0)?, entry })
        })?;
        rows.collect()
    }

    fn settle(&mut self, settled: &Settled) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let mut remove =
                transaction.prepare_cached("DELETE FROM agentgen_outbox WHERE id = ?1")?;
            for number in &settled.published {
                remove.execute([number])?;
            }
            let mut keep = transaction
                .prepare_cached("UPDATE agentgen_outbox SET error = ?2 WHERE id = ?1")?;
            for (number, reason) in &settled.refused {
                keep.execute(params![number, reason])?;
            }
        }
        transaction.commit()
    }
}

impl Store for Database {
    fn prepare(&mut self) -> BoxFuture<'_, Result<(), Status>> {
        self.run(|inner| Outbox::create_sqlite(&inner.connection))
    }

    fn take(&mut self, limit: usize) -> BoxFuture<'_, Result<Option<Vec<Waiting>>, Status>> {
        self.run(move |inner| {
            if !inner.take_turn()? {
                return Ok(None);
            }
            inner.read(limit).map(Some).map_err(|error| failed("read", error))
        })
    }

    fn settle(&mut self, settled: Settled) -> BoxFuture<'_, Result<(), Status>> {
        if settled.published.is_empty() && settled.refused.is_empty() {
            return Box::pin(std::future::ready(Ok(())));
        }
        self.run(move |inner| inner.settle(&settled).map_err(|error| failed("written", error)))
    }
}

fn failed(what: &str, error: rusqlite::Error) -> Status {
    Status::unavailable(format!("the outbox cannot be {what}: {error}")).with_source(error)
}
