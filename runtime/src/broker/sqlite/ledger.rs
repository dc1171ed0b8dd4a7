//! The ledger: a row for each entry, in a file of its own. What many attempts write
//! at once is one transaction, as with messages; what they read waits for none.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use rusqlite::{OptionalExtension as _, params};
use tokio::sync::oneshot;

use super::kind::LEDGER;
use super::reader::Reader;
use super::store::{Sqlite, millis, unavailable};
use super::writer::Writer;
use super::{clock, config};
use crate::broker::Error;
use crate::broker::ledger::{Entry, Ledger, Write};
use crate::broker::registry::Url;

struct Entries {
    writer: Writer,
    reader: Reader,
}

/// An entry on its way to the thread.
struct Owned {
    key: String,
    value: Bytes,
    follows: u64,
    keep: Duration,
}

impl From<Write<'_>> for Owned {
    fn from(Write { key, value, follows, keep }: Write<'_>) -> Self {
        Self { key: key.to_owned(), value, follows, keep }
    }
}

/// Opens `sqlite:PATH` as a ledger.
pub(in crate::broker) fn open(url: Url) -> BoxFuture<'static, Result<Arc<dyn Ledger>, Error>> {
    Box::pin(async move {
        let config = Arc::new(config(url, &LEDGER, clock::system())?);
        let writer = Writer::start(Arc::clone(&config)).await?;
        let reader = Reader::start(config).await?;
        Ok(Arc::new(Entries { writer, reader }) as Arc<dyn Ledger>)
    })
}

impl Entries {
    async fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut Sqlite) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, receiver) = oneshot::channel();
        self.writer.order(Box::new(move |store| {
            let result = store.directly(|store| operation(store).map_err(unavailable));
            Box::new(move |committed| {
                // A caller that has gone needs no answer.
                let _ = sender.send(committed.and(result));
            })
        }));
        receiver.await.unwrap_or_else(|_| Err(Error::closed()))
    }
}

impl Sqlite {
    fn write_entry(&mut self, entry: &Owned) -> rusqlite::Result<Option<u64>> {
        self.sweep.go_on(&self.connection, self.now)?;
        self.put(entry)
    }

    /// Writes two entries, where both follow what there is.
    fn write_entries(
        &mut self,
        [first, second]: &[Owned; 2],
    ) -> rusqlite::Result<Option<[u64; 2]>> {
        self.sweep.go_on(&self.connection, self.now)?;
        // What was there cannot be put back: then the second is asked for before.
        if first.follows > 0 && self.revision_of(&second.key)? != second.follows {
            return Ok(None);
        }
        let Some(one) = self.put(first)? else { return Ok(None) };
        let other = self.put(second)?;
        if other.is_none() {
            self.remove_entry(&first.key, one)?;
        }
        Ok(other.map(|other| [one, other]))
    }

    fn revision_of(&self, key: &str) -> rusqlite::Result<u64> {
        let sql = "SELECT revision FROM entry WHERE key = ? AND expires_at > ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row(params![key, self.now], |row| row.get(0)).optional()?;
        Ok(found.map_or(0, i64::unsigned_abs))
    }

    /// Writes an entry where it follows what there is, in one statement: what it replaces
    /// has the revision that it follows, or its time is over. Revisions grow with the time
    /// of the file. Counted in the file, each would be a row more to write.
    fn put(&mut self, entry: &Owned) -> rusqlite::Result<Option<u64>> {
        let Owned { key, value, follows, keep } = entry;
        let Ok(before) = i64::try_from(*follows) else { return Ok(None) };
        let end = self.now.saturating_add(millis(*keep));
        let by_time = (self.now << 20) | fastrand::i64(..1 << 20);
        let next = (self.revision + 1).max(by_time).max(before.saturating_add(1));
        let changed = if before == 0 {
            let sql = "INSERT OR FAIL INTO entry (key, revision, value, expires_at)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET revision = ?2, value = ?3, expires_at = ?4
                 WHERE expires_at <= ?5";
            let row = params![key, next, &**value, end, self.now];
            self.connection.prepare_cached(sql)?.execute(row)?
        } else {
            let sql = "UPDATE OR FAIL entry SET revision = ?2, value = ?3, expires_at = ?4
                 WHERE key = ?1 AND revision = ?6 AND expires_at > ?5";
            let row = params![key, next, &**value, end, self.now, before];
            self.connection.prepare_cached(sql)?.execute(row)?
        };
        if changed == 0 {
            return Ok(None);
        }
        self.revision = next;
        self.sweep.wrote("entry", || vec![key.clone().into()]);
        Ok(Some(next.unsigned_abs()))
    }

    fn remove_entry(&self, key: &str, revision: u64) -> rusqlite::Result<()> {
        let revision = i64::try_from(revision).unwrap_or(i64::MAX);
        let sql = "DELETE FROM entry WHERE key = ? AND revision = ?";
        self.connection.prepare_cached(sql)?.execute(params![key, revision]).map(|_| ())
    }
}

impl Ledger for Entries {
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Entry, Error>> {
        Box::pin(self.reader.entry(key))
    }

    fn write<'a>(
        &'a self,
        key: &'a str,
        value: Bytes,
        follows: u64,
        keep: Duration,
    ) -> BoxFuture<'a, Result<Option<u64>, Error>> {
        let entry = Owned { key: key.to_owned(), value, follows, keep };
        Box::pin(self.run(move |store| store.write_entry(&entry)))
    }

    fn write_both<'a>(
        &'a self,
        first: Write<'a>,
        second: Write<'a>,
    ) -> BoxFuture<'a, Result<Option<[u64; 2]>, Error>> {
        let entries = [first.into(), second.into()];
        Box::pin(self.run(move |store| store.write_entries(&entries)))
    }

    fn write_over<'a>(
        &'a self,
        entry: Write<'a>,
        (key, revision): (&'a str, u64),
    ) -> BoxFuture<'a, Result<Option<(u64, bool)>, Error>> {
        let (entry, key) = (Owned::from(entry), key.to_owned());
        Box::pin(self.run(move |store| {
            let Some(next) = store.write_entry(&entry)? else { return Ok(None) };
            store.remove_entry(&key, revision)?;
            Ok(Some((next, true)))
        }))
    }

    fn remove<'a>(&'a self, key: &'a str, revision: u64) -> BoxFuture<'a, Result<(), Error>> {
        let key = key.to_owned();
        Box::pin(self.run(move |store| store.remove_entry(&key, revision)))
    }
}
