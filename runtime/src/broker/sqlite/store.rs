//! The connection with the transaction it is in, and the operations by name.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use rusqlite::{Connection, params};

use super::clock::Clock;
use super::leases::Leases;
use super::numbers::Numbers;
use super::sweep::Sweep;
use super::{Config, schema};
use crate::broker::embedded::{Claimed, Headers, Store, Ticket};
use crate::broker::{
    Depth, Error, ErrorKind, Publish, Published, Settlement, Start, Stored, Subscription, headers,
};

/// How far the time in the file may lie back, in milliseconds: by so much longer a lease
/// may last where the wall clock jumps back while no process runs. Written with every
/// transaction, it would be a page more of each.
const CLOCK_STEP: i64 = 100;

/// A file, and the time of the transaction under way.
pub(super) struct Sqlite {
    pub(super) connection: Connection,
    clock: Clock,
    /// The time of this transaction, in milliseconds of the file's clock.
    pub(super) now: i64,
    pub(super) dedupe_window: i64,
    pub(super) purge_at: i64,
    pub(super) sweep: Sweep,
    pub(super) numbers: Numbers,
    pub(super) leases: Leases,
    /// The queues in which messages may have become ready.
    pub(super) ready: BTreeSet<i64>,
    /// The queues of subjects, as they were read.
    pub(super) targets: HashMap<String, Vec<i64>>,
    /// The latest time in the file, where it is known.
    written: Option<i64>,
    /// The version of the file, as far as it was noticed.
    seen: Option<i64>,
    /// The last that an entry of a ledger was given.
    #[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
    pub(super) revision: i64,
    /// Why the transaction under way cannot be committed.
    failed: Option<String>,
    writes: u64,
}

/// A span as milliseconds, rounded up: a lease of less than one is one.
pub(super) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX / 4).min(i64::MAX / 4)
}

/// The error of a statement that could not be carried out.
pub(super) fn unavailable(error: rusqlite::Error) -> Error {
    Error::new(ErrorKind::Unavailable, "the file cannot be used").with_source(error)
}

impl Sqlite {
    pub(super) fn open(config: &Config) -> Result<Self, Error> {
        Ok(Self {
            connection: schema::open(config)?,
            clock: Clock::new(&config.wall),
            now: 0,
            dedupe_window: millis(config.dedupe_window),
            purge_at: 0,
            sweep: Sweep::new(config.kind.expiring),
            numbers: Numbers::default(),
            leases: Leases::default(),
            ready: BTreeSet::new(),
            targets: HashMap::new(),
            written: None,
            seen: None,
            #[cfg(any(
                feature = "kafka",
                feature = "nats",
                feature = "rabbitmq",
                feature = "redis"
            ))]
            revision: 0,
            failed: None,
            writes: 0,
        })
    }

    /// Whether another process has written since the last look; what was known of the file
    /// is forgotten then. Cheapest within a transaction, which has its locks.
    pub(super) fn look(&mut self) -> bool {
        let version = self
            .connection
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut version| version.query_row([], |row| row.get::<_, i64>(0)))
            .ok();
        // What cannot be read may have changed.
        let same = version.is_some() && std::mem::replace(&mut self.seen, version) == version;
        if !same {
            self.forget();
        }
        !same
    }

    /// Forgets what is known of the file.
    fn forget(&mut self) {
        self.written = None;
        self.targets.clear();
        self.numbers = Numbers::default();
    }

    pub(super) fn take_ready(&mut self) -> BTreeSet<i64> {
        std::mem::take(&mut self.ready)
    }

    /// Begins a transaction; when that fails, so does every operation in it. Returns
    /// whether another process has written since the last one.
    pub(super) fn begin(&mut self) -> bool {
        let statement = self.connection.prepare_cached("BEGIN IMMEDIATE");
        let begun = statement.and_then(|mut begin| begin.execute([]));
        let foreign = self.look();
        match begun.and_then(|_| self.read_clock()) {
            Ok(written) => {
                self.failed = None;
                self.now = self.clock.now(written);
                self.writes = self.connection.total_changes();
            }
            Err(error) => self.failed = Some(error.to_string()),
        }
        foreign
    }

    /// The latest time in the file.
    fn read_clock(&mut self) -> rusqlite::Result<i64> {
        if let Some(written) = self.written {
            return Ok(written);
        }
        let mut statement = self.connection.prepare_cached("SELECT now FROM clock")?;
        let written = statement.query_row([], |row| row.get(0))?;
        self.written = Some(written);
        Ok(written)
    }

    /// Commits; the error is why nothing of it happened.
    pub(super) fn commit(&mut self) -> Result<(), String> {
        let outcome = match self.failed.take() {
            Some(error) => Err(error),
            None => self.write_state_and_commit().map_err(|error| error.to_string()),
        };
        if outcome.is_err() {
            self.forget();
            self.leases.clear();
            if !self.connection.is_autocommit() {
                // Where even this fails, the next BEGIN says so.
                let _ = self.connection.execute_batch("ROLLBACK");
            }
        }
        outcome
    }

    fn write_state_and_commit(&mut self) -> rusqlite::Result<()> {
        self.numbers.end(&self.connection)?;
        let is_behind = self.written.is_none_or(|written| self.now - written >= CLOCK_STEP);
        if is_behind && self.connection.total_changes() != self.writes {
            let mut statement = self.connection.prepare_cached("UPDATE clock SET now = ?")?;
            statement.execute(params![self.now])?;
            self.written = Some(self.now);
        }
        self.connection.prepare_cached("COMMIT")?.execute([]).map(|_| ())
    }

    /// Runs an operation that refuses what it is asked before it writes
    /// anything. Where the file fails it, so does its whole transaction: its statements
    /// need not be undone each by itself, and say `OR FAIL`, which spares `SQLite` the copies
    /// of pages that it keeps for that.
    pub(super) fn directly<T>(
        &mut self,
        operation: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.is_whole()?;
        let outcome = operation(self);
        if let Err(error) = &outcome
            && error.is_retryable()
        {
            self.failed = Some(error.to_string());
        }
        outcome
    }

    /// Whether the transaction under way can go on.
    fn is_whole(&mut self) -> Result<(), Error> {
        // An error of the disk makes SQLite roll back the whole transaction.
        if self.failed.is_none() && self.connection.is_autocommit() {
            self.failed = Some("the transaction was rolled back".to_owned());
        }
        match &self.failed {
            Some(reason) => Err(Error::new(ErrorKind::Unavailable, reason.clone())),
            None => Ok(()),
        }
    }

    /// Runs an operation so that it happens wholly or not at all, while the
    /// others of its transaction go on.
    pub(super) fn atomically<T>(
        &mut self,
        operation: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.is_whole()?;
        self.batch("SAVEPOINT operation")?;
        let outcome = operation(self);
        if outcome.is_err() && !self.connection.is_autocommit() {
            self.batch("ROLLBACK TO operation")?;
        }
        if !self.connection.is_autocommit() {
            self.batch("RELEASE operation")?;
        }
        outcome
    }

    fn batch(&self, sql: &str) -> Result<(), Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(unavailable)?;
        statement.execute([]).map(|_| ()).map_err(unavailable)
    }
}

impl Store for Sqlite {
    fn publish(&mut self, publish: &Publish, headers: Headers) -> Result<Published, Error> {
        let headers = match headers {
            Headers::Ready(headers) => headers::write(&headers).into(),
            Headers::Text(text, _) => text,
        };
        self.directly(|store| {
            super::publish::check_size(publish)?;
            store.purge().map_err(unavailable)?;
            store.add(publish, &headers)
        })
    }

    fn join(&mut self, subscription: &Subscription) -> Result<i64, Error> {
        self.atomically(|store| store.enter(subscription).map_err(unavailable))
    }

    fn leave(&mut self, queue: i64) -> Result<(), Error> {
        self.atomically(|store| store.remove_queue(queue).map_err(unavailable))
    }

    fn claim(&mut self, queue: i64, max: usize, lease: Duration) -> Result<Claimed, Error> {
        self.directly(|store| store.lease(queue, max, lease))
    }

    fn start(&mut self, ticket: Ticket, key: Option<&str>) -> Result<Start, Error> {
        self.directly(|store| store.begin_attempt(ticket, key))
    }

    fn excuse(&mut self, ticket: Ticket) -> Result<(), Error> {
        self.directly(|store| store.mark_excused(ticket))
    }

    fn renew(&mut self, ticket: Ticket, lease: Duration) -> Result<(), Error> {
        self.directly(|store| store.extend(ticket, lease))
    }

    fn settle(&mut self, ticket: Ticket, settlement: &Settlement) -> Result<(), Error> {
        self.directly(|store| {
            // Results are remembered here, whether or not anything is published.
            store.purge().map_err(unavailable)?;
            store.end(ticket, settlement)
        })
    }

    fn depth(&mut self, subject: &str) -> Result<Depth, Error> {
        self.atomically(|store| store.count(subject).map_err(unavailable))
    }

    fn browse(&mut self, subject: &str, after: u64, limit: usize) -> Result<Vec<Stored>, Error> {
        self.atomically(|store| store.list(subject, after, limit))
    }
}
