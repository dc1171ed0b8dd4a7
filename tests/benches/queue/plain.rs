//! The table that one would write by hand: insert; take and mark; delete.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, params};

use crate::{BODY, MESSAGES, Speed, TOGETHER, speed};

pub(crate) fn round(file: &Path, synchronous: &str) -> Speed {
    run(file, synchronous).expect("SQLite works")
}

fn run(file: &Path, synchronous: &str) -> rusqlite::Result<Speed> {
    let mut store = Connection::open(file)?;
    store.pragma_update(None, "journal_mode", "wal")?;
    store.pragma_update(None, "synchronous", synchronous)?;
    store.execute_batch(
        "CREATE TABLE job (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, body BLOB NOT NULL);
         CREATE INDEX ready ON job (state, id);",
    )?;
    let start = Instant::now();
    for _ in 0..MESSAGES / TOGETHER {
        let commit = store.transaction()?;
        for _ in 0..TOGETHER {
            commit
                .prepare_cached("INSERT INTO job (state, body) VALUES (0, ?)")?
                .execute(params![BODY])?;
        }
        commit.commit()?;
    }
    let publish = speed(start);

    let start = Instant::now();
    for _ in 0..MESSAGES / TOGETHER {
        let jobs = take(&mut store)?;
        mark(&mut store, "UPDATE job SET state = 2 WHERE id = ?", &jobs)?;
        mark(&mut store, "DELETE FROM job WHERE id = ?", &jobs)?;
    }
    Ok(Speed { publish, consume: speed(start) })
}

/// Leases as many as are handled together.
fn take(store: &mut Connection) -> rusqlite::Result<Vec<i64>> {
    let commit = store.transaction()?;
    let mut jobs = Vec::new();
    let mut lease = commit.prepare_cached(
        "UPDATE job SET state = 1 WHERE id IN
         (SELECT id FROM job WHERE state = 0 ORDER BY id LIMIT ?) RETURNING id, body",
    )?;
    let mut rows = lease.query([i64::try_from(TOGETHER).unwrap_or(i64::MAX)])?;
    while let Some(row) = rows.next()? {
        black_box(row.get::<_, Vec<u8>>(1)?);
        jobs.push(row.get(0)?);
    }
    drop(rows);
    drop(lease);
    commit.commit()?;
    Ok(jobs)
}

/// Changes the jobs in one commit.
fn mark(store: &mut Connection, change: &str, jobs: &[i64]) -> rusqlite::Result<()> {
    let commit = store.transaction()?;
    for job in jobs {
        commit.prepare_cached(change)?.execute([job])?;
    }
    commit.commit()
}
