//! The store that one would write by hand on `SQLite`: a thread that owns the
//! connection and commits together what waits, and a table each for jobs, for
//! what was published and for what was done.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::StreamExt as _;
use futures_util::future::{BoxFuture, join_all};
use futures_util::stream;
use rusqlite::{Connection, OptionalExtension as _, params};
use tokio::sync::oneshot;

use crate::{BODY, Round, Speed, speed};

const MOST: usize = 512;
const LEASE: i64 = 60_000;

type Answer = oneshot::Sender<Vec<(i64, Vec<u8>)>>;

/// What is asked of the thread.
enum Ask {
    Publish(String),
    Take(usize),
    Start(i64),
    Done(i64),
}

#[derive(Clone)]
struct Store(Sender<(Ask, Answer)>);

impl Store {
    fn open(url: &str) -> Self {
        let (path, synchronous) = url
            .strip_prefix("sqlite:")
            .and_then(|rest| rest.split_once("?synchronous="))
            .expect("a path and how it is synced");
        let (path, synchronous) = (path.to_owned(), synchronous.to_owned());
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || work(&path, &synchronous, &receiver).expect("SQLite works"));
        Self(sender)
    }

    async fn ask(&self, ask: Ask) -> Vec<(i64, Vec<u8>)> {
        let (sender, answer) = oneshot::channel();
        self.0.send((ask, sender)).expect("the thread runs");
        answer.await.expect("the thread answers")
    }
}

fn work(path: &str, synchronous: &str, asked: &Receiver<(Ask, Answer)>) -> rusqlite::Result<()> {
    let store = Connection::open(path)?;
    store.pragma_update(None, "journal_mode", "wal")?;
    store.pragma_update(None, "synchronous", synchronous)?;
    store.execute_batch(
        "CREATE TABLE job (id INTEGER PRIMARY KEY, visible_at INTEGER NOT NULL,
             token INTEGER NOT NULL, starts INTEGER NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL);
         CREATE INDEX ready ON job (visible_at, id);
         CREATE TABLE seen (key TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
         CREATE TABLE done (key TEXT PRIMARY KEY, result BLOB NOT NULL, until INTEGER NOT NULL)
             WITHOUT ROWID;",
    )?;
    while let Ok(first) = asked.recv() {
        store.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut answers = Vec::new();
        let mut next = Some(first);
        while let Some((ask, answer)) = next {
            answers.push((carry_out(&store, ask)?, answer));
            next = if answers.len() < MOST { asked.try_recv().ok() } else { None };
        }
        store.prepare_cached("COMMIT")?.execute([])?;
        for (found, answer) in answers {
            // Whoever asked waits for it.
            let _ = answer.send(found);
        }
    }
    Ok(())
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or_default()
}

fn carry_out(store: &Connection, ask: Ask) -> rusqlite::Result<Vec<(i64, Vec<u8>)>> {
    match ask {
        Ask::Publish(key) => {
            let mut seen = store.prepare_cached("INSERT OR IGNORE INTO seen VALUES (?, ?)")?;
            if seen.execute(params![key, now() + 120_000])? > 0 {
                let sql = "INSERT INTO job (visible_at, token, starts, key, body)
                           VALUES (?, 0, 0, ?, ?)";
                store.prepare_cached(sql)?.execute(params![now(), key, BODY])?;
            }
            Ok(Vec::new())
        }
        Ask::Take(max) => {
            let sql = "UPDATE job SET visible_at = ?1 + ?2, token = token + 1 WHERE id IN
                       (SELECT id FROM job WHERE visible_at <= ?1 ORDER BY visible_at, id LIMIT ?3)
                       RETURNING id, body";
            let mut take = store.prepare_cached(sql)?;
            let max = i64::try_from(max).unwrap_or(i64::MAX);
            take.query_map(params![now(), LEASE, max], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        }
        Ask::Start(id) => {
            let sql = "SELECT 1 FROM done JOIN job ON job.key = done.key WHERE job.id = ?";
            let done: Option<i64> =
                store.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
            assert!(done.is_none(), "done before");
            let sql = "UPDATE job SET starts = starts + 1 WHERE id = ? AND token = 1";
            store.prepare_cached(sql)?.execute([id])?;
            Ok(Vec::new())
        }
        Ask::Done(id) => {
            let sql = "DELETE FROM job WHERE id = ? AND token = 1 RETURNING key";
            let key: String = store.prepare_cached(sql)?.query_row([id], |row| row.get(0))?;
            let mut done = store.prepare_cached("INSERT INTO done VALUES (?, ?, ?)")?;
            done.execute(params![key, BODY, now() + 86_400_000])?;
            Ok(Vec::new())
        }
    }
}

pub(crate) fn round(round: Round) -> BoxFuture<'static, Speed> {
    Box::pin(async move {
        let Round { url, at_once, messages } = round;
        let store = Store::open(&url);
        let start = Instant::now();
        let publish = |publisher: usize| {
            let store = store.clone();
            async move {
                for number in 0..messages / at_once {
                    store.ask(Ask::Publish(format!("id {publisher}-{number}"))).await;
                }
            }
        };
        join_all((0..at_once).map(publish)).await;
        let messages = messages / at_once * at_once;
        let publish = speed(messages, start);

        let start = Instant::now();
        let taken = stream::unfold(store.clone(), |store| async move {
            let mut jobs = store.ask(Ask::Take(at_once)).await;
            while jobs.is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
                jobs = store.ask(Ask::Take(at_once)).await;
            }
            Some((stream::iter(jobs), store))
        });
        let handle = |(id, body): (i64, Vec<u8>)| {
            let store = store.clone();
            async move {
                store.ask(Ask::Start(id)).await;
                std::hint::black_box(body);
                store.ask(Ask::Done(id)).await;
            }
        };
        taken.flatten().take(messages).map(handle).buffer_unordered(at_once).count().await;
        Speed { publish, consume: speed(messages, start) }
    })
}
