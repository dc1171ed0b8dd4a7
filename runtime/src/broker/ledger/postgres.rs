//! The ledger in a `PostgreSQL` database: a row for each entry. Revisions come from a
//! sequence, which never gives one twice.

use std::borrow::Cow;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use super::{Entry, Ledger, digested};
use crate::broker::registry::Url;
use crate::broker::{Error, ErrorKind};

/// Made one at a time: two processes that start at once would collide in the
/// catalogue.
const TABLES: [&str; 4] = [
    "SELECT pg_advisory_xact_lock(7305808869232674405)",
    "CREATE SEQUENCE IF NOT EXISTS agentgen_ledger_revision",
    "CREATE TABLE IF NOT EXISTS agentgen_ledger (
        key TEXT PRIMARY KEY,
        value BYTEA NOT NULL,
        revision BIGINT NOT NULL,
        expires_at TIMESTAMPTZ NOT NULL
    )",
    "CREATE INDEX IF NOT EXISTS agentgen_ledger_expiry ON agentgen_ledger (expires_at)",
];

const READ: &str = "
SELECT value, revision FROM agentgen_ledger WHERE key = $1 AND expires_at > clock_timestamp()";

/// Writes the first entry of a key, or one in the place of what has expired.
const FIRST: &str = "
INSERT INTO agentgen_ledger AS entry (key, value, revision, expires_at)
VALUES ($1, $2, nextval('agentgen_ledger_revision'), clock_timestamp() + $3 * interval '1 ms')
ON CONFLICT (key) DO UPDATE
SET value = excluded.value, revision = excluded.revision, expires_at = excluded.expires_at
WHERE entry.expires_at <= clock_timestamp()
RETURNING revision";

const NEXT: &str = "
UPDATE agentgen_ledger
SET value = $2, revision = nextval('agentgen_ledger_revision'),
    expires_at = clock_timestamp() + $3 * interval '1 ms'
WHERE key = $1 AND revision = $4 AND expires_at > clock_timestamp()
RETURNING revision";

const REMOVE: &str = "DELETE FROM agentgen_ledger WHERE key = $1 AND revision = $2";

/// What another process is about to write is left to the next time.
const PURGE: &str = "
DELETE FROM agentgen_ledger WHERE key IN (
    SELECT key FROM agentgen_ledger WHERE expires_at <= clock_timestamp()
    LIMIT 1000 FOR UPDATE SKIP LOCKED)";

/// After how many writes of this process expired entries are removed.
const PURGE_EVERY: u64 = 500;

/// How long a database that does not answer is waited for; the server then gives up too.
const PATIENCE: Duration = Duration::from_secs(5);
const STATEMENT_TIMEOUT: &str = "SET statement_timeout = '5s'";

/// The longest key of an index, which the server limits to a third of a page.
const MAX_KEY: usize = 1024;

/// The key as the table has it.
fn stored(key: &str) -> Cow<'_, str> {
    let fits = key.len() <= MAX_KEY && !key.contains('\0');
    if fits { key.into() } else { digested(key).into() }
}

/// What the database says, if it says it in time.
async fn in_time<T>(answer: impl Future<Output = sqlx::Result<T>>) -> Result<T, Error> {
    if let Ok(answer) = tokio::time::timeout(PATIENCE, answer).await {
        return answer.map_err(unavailable);
    }
    Err(Error::new(ErrorKind::Unavailable, "the ledger in PostgreSQL does not answer"))
}

struct Entries {
    pool: PgPool,
    writes: AtomicU64,
}

/// Opens `postgres://…` as a ledger, and makes its table where it is missing and may be.
pub(super) fn open(url: Url) -> BoxFuture<'static, Result<Arc<dyn Ledger>, Error>> {
    Box::pin(async move {
        let existing = url.existing;
        let options = PgConnectOptions::from_str(&url.into_text()).map_err(|error| {
            Error::config("the URL of the ledger is none of PostgreSQL").with_source(error)
        })?;
        let pool = PgPoolOptions::new().max_connections(8).acquire_timeout(PATIENCE);
        let pool = pool.after_connect(|connection, _| {
            Box::pin(
                async move { sqlx::query(STATEMENT_TIMEOUT).execute(connection).await.map(drop) },
            )
        });
        let pool = pool.connect_with(options).await.map_err(unavailable)?;
        if !existing {
            make_tables(&pool).await.map_err(unavailable)?;
        }
        Ok(Arc::new(Entries { pool, writes: AtomicU64::new(0) }) as Arc<dyn Ledger>)
    })
}

async fn make_tables(pool: &PgPool) -> sqlx::Result<()> {
    let mut transaction = pool.begin().await?;
    for statement in TABLES {
        sqlx::query(statement).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}

impl Entries {
    async fn entry(&self, key: &str) -> sqlx::Result<Entry> {
        let found: Option<(Vec<u8>, i64)> =
            sqlx::query_as(READ).bind(stored(key)).fetch_optional(&self.pool).await?;
        Ok(found.map_or_else(Entry::default, |(value, revision)| Entry {
            value: Some(value.into()),
            revision: revision.unsigned_abs(),
        }))
    }

    async fn next(
        &self,
        key: &str,
        value: &[u8],
        follows: u64,
        keep: Duration,
    ) -> sqlx::Result<Option<u64>> {
        if self.writes.fetch_add(1, Ordering::Relaxed).is_multiple_of(PURGE_EVERY) {
            sqlx::query(PURGE).execute(&self.pool).await?;
        }
        let keep = i64::try_from(keep.as_millis()).unwrap_or(i64::MAX);
        let statement = if follows == 0 { FIRST } else { NEXT };
        let mut query = sqlx::query_as(statement).bind(stored(key)).bind(value).bind(keep);
        if follows != 0 {
            query = query.bind(signed(follows));
        }
        let written: Option<(i64,)> = query.fetch_optional(&self.pool).await?;
        Ok(written.map(|(revision,)| revision.unsigned_abs()))
    }
}

impl Ledger for Entries {
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Entry, Error>> {
        Box::pin(async move { in_time(self.entry(key)).await })
    }

    fn write<'a>(
        &'a self,
        key: &'a str,
        value: Bytes,
        follows: u64,
        keep: Duration,
    ) -> BoxFuture<'a, Result<Option<u64>, Error>> {
        Box::pin(async move { in_time(self.next(key, &value, follows, keep)).await })
    }

    fn remove<'a>(&'a self, key: &'a str, revision: u64) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let remove = sqlx::query(REMOVE).bind(stored(key)).bind(signed(revision));
            in_time(async { remove.execute(&self.pool).await.map(drop) }).await
        })
    }
}

fn signed(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

fn unavailable(error: sqlx::Error) -> Error {
    Error::new(ErrorKind::Unavailable, "the ledger in PostgreSQL").with_source(error)
}
