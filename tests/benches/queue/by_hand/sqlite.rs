//! On `SQLite`: a table each for jobs, for what was published, for results and for dead
//! letters.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::{LocalBoxFuture, join_all};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::hands::{Hands, spawn};
use super::store::{Store, now};
use super::{Begun, DAY, Event, Headers, Held, LEASE, WINDOW, millis, work};
use crate::tally::Tally;
use crate::{Round, Speed, speed};

const TABLES: &str = "
CREATE TABLE job (
    id INTEGER PRIMARY KEY, visible_at INTEGER NOT NULL, token INTEGER NOT NULL DEFAULT 0,
    starts INTEGER NOT NULL DEFAULT 0, running INTEGER NOT NULL DEFAULT 0, key TEXT,
    headers TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX job_ready ON job (visible_at, id);
CREATE INDEX job_running ON job (key) WHERE running = 1;
CREATE TABLE seen (id TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX seen_until ON seen (until);
CREATE TABLE done (key TEXT PRIMARY KEY, result BLOB NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX done_until ON done (until);
CREATE TABLE dead (id INTEGER PRIMARY KEY, why TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL);
";

const PURGE: [&str; 2] = ["DELETE FROM seen WHERE until <= ?", "DELETE FROM done WHERE until <= ?"];

/// A row of jobs.
type Row = (i64, i64, String, Vec<u8>);

#[derive(Clone)]
struct Leased {
    store: Store,
    id: i64,
    token: i64,
}

async fn publish(store: &Store, source: &str) {
    let Event { id, headers, body } = Event::new(source);
    let headers = serde_json::to_string(&headers).expect("headers are JSON");
    let publish = move |store: &Connection| {
        let sql = "INSERT INTO seen VALUES (?1, ?2) ON CONFLICT DO UPDATE SET until = ?2
                   WHERE until <= ?3";
        let now = now();
        let new = store.prepare_cached(sql)?.execute(params![id, now + millis(WINDOW), now])?;
        if new > 0 {
            let sql = "INSERT INTO job (visible_at, headers, body) VALUES (?, ?, ?)";
            store.prepare_cached(sql)?.execute(params![now, headers, &body[..]])?;
        }
        Ok(())
    };
    store.run(publish).await;
}

async fn take(store: &Store, max: usize) -> Vec<Row> {
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    let lease = move |store: &Connection| {
        let sql = "UPDATE job SET visible_at = ?1 + ?2, token = token + 1, running = 0 WHERE id IN
                   (SELECT id FROM job WHERE visible_at <= ?1 ORDER BY visible_at, id LIMIT ?3)
                   RETURNING id, token, headers, body";
        let mut take = store.prepare_cached(sql)?;
        take.query_map(params![now(), millis(LEASE), max], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect()
    };
    store.run(lease).await
}

fn begin(store: &Connection, id: i64, token: i64, key: &str) -> rusqlite::Result<Begun> {
    let sql = "SELECT 1 FROM done WHERE key = ? AND until > ?";
    if store.prepare_cached(sql)?.exists(params![key, now()])? {
        return Ok(Begun::Done);
    }
    let sql = "SELECT 1 FROM job WHERE key = ? AND running = 1 AND visible_at > ? AND id <> ?";
    if store.prepare_cached(sql)?.exists(params![key, now(), id])? {
        return Ok(Begun::Busy);
    }
    let sql = "UPDATE job SET starts = starts + 1, running = 1, key = ?
               WHERE id = ? AND token = ? RETURNING starts";
    let starts = store
        .prepare_cached(sql)?
        .query_row(params![key, id, token], |row| row.get(0))
        .optional()?;
    Ok(starts.map_or(Begun::Lost, Begun::Run))
}

/// Removes the job where it is leased still.
fn remove(store: &Connection, id: i64, token: i64) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM job WHERE id = ? AND token = ?";
    Ok(store.prepare_cached(sql)?.execute(params![id, token])? > 0)
}

impl Held for Leased {
    async fn begin(&mut self, key: &str) -> Begun {
        let (id, token, key) = (self.id, self.token, key.to_owned());
        self.store.run(move |store| begin(store, id, token, &key)).await
    }

    async fn renew(&self) -> bool {
        let Self { id, token, .. } = *self;
        let renew = move |store: &Connection| {
            let sql = "UPDATE job SET visible_at = ? WHERE id = ? AND token = ?";
            let until = now() + millis(LEASE);
            Ok(store.prepare_cached(sql)?.execute(params![until, id, token])? > 0)
        };
        self.store.run(renew).await
    }

    async fn finish(self, key: &str, result: Vec<u8>) {
        let (id, token, key) = (self.id, self.token, key.to_owned());
        let finish = move |store: &Connection| {
            if remove(store, id, token)? {
                let sql = "INSERT OR REPLACE INTO done VALUES (?, ?, ?)";
                let until = now() + millis(DAY);
                store.prepare_cached(sql)?.execute(params![key, result, until])?;
            }
            Ok(())
        };
        self.store.run(finish).await;
    }

    async fn drop_it(self) {
        self.store.run(move |store| remove(store, self.id, self.token)).await;
    }

    async fn again(self, pause: Duration) {
        let Self { id, token, .. } = self;
        let again = move |store: &Connection| {
            let sql = "UPDATE job SET visible_at = ?, running = 0 WHERE id = ? AND token = ?";
            let until = now() + millis(pause);
            store.prepare_cached(sql)?.execute(params![until, id, token])
        };
        self.store.run(again).await;
    }

    async fn bury(self, why: &str, headers: Headers, body: Bytes) {
        let Self { id, token, .. } = self;
        let headers = serde_json::to_string(&headers).expect("headers are JSON");
        let why = why.to_owned();
        let bury = move |store: &Connection| {
            if remove(store, id, token)? {
                let sql = "INSERT INTO dead (why, headers, body) VALUES (?, ?, ?)";
                store.prepare_cached(sql)?.execute(params![why, headers, &body[..]])?;
            }
            Ok(())
        };
        self.store.run(bury).await;
    }
}

async fn handle(store: Store, (id, token, headers, body): Row, tally: Tally) {
    let headers = serde_json::from_str(&headers).expect("headers are JSON");
    work(Leased { store, id, token }, headers, body.into(), &tally).await;
}

pub(crate) fn round(round: Round) -> LocalBoxFuture<'static, Speed> {
    Box::pin(async move {
        let Round { url, at_once, messages } = round;
        let store = Store::open(&url, TABLES, &PURGE);
        let start = Instant::now();
        let publisher = |publisher: usize| {
            let store = &store;
            async move {
                let source = format!("/by-hand/{publisher}");
                for _ in 0..messages / at_once {
                    publish(store, &source).await;
                }
            }
        };
        join_all((0..at_once).map(publisher)).await;
        let messages = messages / at_once * at_once;
        let publish = speed(messages, start.elapsed());

        let tally = Tally::of(messages);
        let (hands, mut taken) = (Hands::new(at_once), 0);
        while taken < messages {
            let mut free = hands.free().await;
            let jobs = take(&store, free.num_permits()).await;
            if jobs.is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            taken += jobs.len();
            spawn(&mut free, jobs, |job| handle(store.clone(), job, tally.clone()));
        }
        tally.done().await;
        Speed { publish, consume: tally.speed() }
    })
}
