//! What one keeps beside brokers that have no place for it, in a file of `SQLite`: ids
//! that were published, attempts by message, and results by key.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::store::{Store, now};
use super::{Begun, DAY, WINDOW, millis};

const TABLES: &str = "
CREATE TABLE seen (id TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX seen_until ON seen (until);
CREATE TABLE attempt (message TEXT PRIMARY KEY, starts INTEGER NOT NULL, running INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE place (key TEXT PRIMARY KEY, holder TEXT, result BLOB, until INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE INDEX place_until ON place (until);
";

const PURGE: [&str; 2] =
    ["DELETE FROM seen WHERE until <= ?", "DELETE FROM place WHERE until <= ?"];

#[derive(Clone)]
pub(crate) struct Ledger(Store);

impl Ledger {
    pub(crate) fn open(url: &str) -> Self {
        Self(Store::open(&format!("{url}?synchronous=full"), TABLES, &PURGE))
    }

    /// Whether a message was published lately.
    pub(crate) async fn has_seen(&self, id: &str) -> bool {
        let id = id.to_owned();
        let sql = "SELECT 1 FROM seen WHERE id = ? AND until > ?";
        self.0.run(move |store| store.prepare_cached(sql)?.exists(params![id, now()])).await
    }

    /// A message was published.
    pub(crate) async fn saw(&self, id: &str) {
        let id = id.to_owned();
        let sql = "INSERT OR REPLACE INTO seen VALUES (?, ?)";
        let until = now() + millis(WINDOW);
        self.0.run(move |store| store.prepare_cached(sql)?.execute(params![id, until])).await;
    }

    /// Counts an attempt at a message, and takes the place of its key.
    pub(crate) async fn begin(&self, message: &str, key: &str) -> Begun {
        let (message, key) = (message.to_owned(), key.to_owned());
        self.0.run(move |store| begin(store, &message, &key)).await
    }

    /// Remembers the result of an attempt; whether it was still the last one.
    pub(crate) async fn finish(
        &self,
        message: &str,
        starts: u32,
        key: &str,
        result: Vec<u8>,
    ) -> bool {
        let (message, key) = (message.to_owned(), key.to_owned());
        let finish = move |store: &Connection| {
            let sql = "UPDATE place SET holder = NULL, result = ?, until = ?
                       WHERE key = ? AND holder = ?
                       AND EXISTS (SELECT 1 FROM attempt WHERE message = ?4 AND starts = ?5)";
            let row = params![result, now() + millis(DAY), key, message, starts];
            Ok(store.prepare_cached(sql)?.execute(row)? > 0)
        };
        self.0.run(finish).await
    }

    /// An attempt has ended without a result.
    pub(crate) async fn pause(&self, message: &str) {
        let message = message.to_owned();
        let sql = "UPDATE attempt SET running = 0 WHERE message = ?";
        self.0.run(move |store| store.prepare_cached(sql)?.execute([message])).await;
    }

    /// The message is gone, and nobody waits for this.
    pub(crate) fn forget(&self, message: &str) {
        let (store, message) = (self.0.clone(), message.to_owned());
        tokio::spawn(async move {
            let sql = "DELETE FROM attempt WHERE message = ?";
            store.run(move |store| store.prepare_cached(sql)?.execute([message])).await;
        });
    }
}

fn begin(store: &Connection, message: &str, key: &str) -> rusqlite::Result<Begun> {
    let sql = "SELECT holder, (SELECT running FROM attempt WHERE message = holder) FROM place
               WHERE key = ? AND until > ?";
    let place = store
        .prepare_cached(sql)?
        .query_row(params![key, now()], |row| {
            Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<bool>>(1)?))
        })
        .optional()?;
    match place {
        Some((None, _)) => return Ok(Begun::Done),
        Some((Some(holder), Some(true))) if holder != message => return Ok(Begun::Busy),
        _ => {}
    }
    let sql = "INSERT OR REPLACE INTO place (key, holder, until) VALUES (?, ?, ?)";
    store.prepare_cached(sql)?.execute(params![key, message, now() + millis(DAY)])?;
    let sql = "INSERT INTO attempt VALUES (?, 1, 1)
               ON CONFLICT DO UPDATE SET starts = starts + 1, running = 1 RETURNING starts";
    store.prepare_cached(sql)?.query_row([message], |row| row.get(0)).map(Begun::Run)
}
