//! The outbox in a `PostgreSQL` database, by sqlx.

use bytes::Bytes;
use futures_core::future::BoxFuture;
use sqlx::postgres::{PgConnection, PgPool, Postgres};
use sqlx::{Connection as _, Transaction};

use super::entry::Entry;
use super::store::{Settled, Store, Waiting};
use super::{Outbox, Relay};
use crate::Status;
use crate::broker::Broker;
use crate::codec::Message;
use crate::queue::Post;

/// Made one at a time: two processes that start at once would collide in the
/// catalogue.
const TABLES: [&str; 4] = [
    "SELECT pg_advisory_xact_lock(7305808869232674404)",
    "CREATE TABLE IF NOT EXISTS agentgen_outbox (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        subject TEXT NOT NULL,
        headers TEXT NOT NULL,
        body BYTEA NOT NULL,
        ordering_key TEXT,
        dedupe_key TEXT,
        due BIGINT NOT NULL,
        error TEXT
    )",
    "CREATE TABLE IF NOT EXISTS agentgen_outbox_turn (id INT PRIMARY KEY)",
    "INSERT INTO agentgen_outbox_turn (id) VALUES (1) ON CONFLICT DO NOTHING",
];

const INSERT: &str = "
INSERT INTO agentgen_outbox (subject, headers, body, ordering_key, dedupe_key, due)
VALUES ($1, $2, $3, $4, $5, $6)";

const NEXT: &str = "
SELECT id, subject, headers, body, ordering_key, dedupe_key, due
FROM agentgen_outbox WHERE error IS NULL ORDER BY id LIMIT $1";

/// Who holds the row has the turn. The server gives it to another relay when the
/// connection ends, and when its holder has been silent for too long.
const TURN: &str = "SELECT id FROM agentgen_outbox_turn FOR UPDATE SKIP LOCKED";
const PATIENCE: &str = "SET LOCAL idle_in_transaction_session_timeout = '30s'";

type Row = (i64, String, String, Vec<u8>, Option<String>, Option<String>, i64);

impl Outbox {
    /// Makes the tables `agentgen_outbox` and `agentgen_outbox_turn` where they
    /// are missing, in the schema where the connection looks first.
    ///
    /// # Errors
    /// The database cannot be reached or written.
    pub async fn create_postgres(connection: &mut PgConnection) -> Result<(), Status> {
        let made = async {
            let mut transaction = connection.begin().await?;
            for statement in TABLES {
                sqlx::query(statement).execute(&mut *transaction).await?;
            }
            transaction.commit().await
        };
        made.await.map_err(|error| failed("made", error))
    }
}

impl<Q: Message, R> Post<&Outbox, Q, R> {
    /// Writes it to a transaction of a `PostgreSQL` database; returns its id. It
    /// is published once the transaction is committed.
    ///
    /// # Errors
    /// The table is missing (see [`Outbox::create_postgres`]) or cannot be
    /// written; `UNIMPLEMENTED` where the rpc has no subject.
    pub async fn write_postgres(
        self,
        transaction: &mut Transaction<'_, Postgres>,
    ) -> Result<String, Status> {
        let (id, entry) = Entry::of(self)?;
        let insert = sqlx::query(INSERT)
            .bind(entry.subject)
            .bind(entry.headers)
            .bind(&entry.body[..])
            .bind(entry.ordering_key)
            .bind(entry.dedupe_key)
            .bind(entry.due);
        insert.execute(&mut **transaction).await.map_err(|error| failed("written", error))?;
        Ok(id)
    }
}

impl Relay {
    /// Publishes the outbox of a database.
    pub fn postgres(pool: PgPool, broker: Broker) -> Self {
        Self::new(Database { pool, turn: None }, broker)
    }
}

struct Database {
    pool: PgPool,
    /// Holds the turn from a take to its settling.
    turn: Option<Transaction<'static, Postgres>>,
}

impl Database {
    async fn next(&mut self, limit: usize) -> sqlx::Result<Option<Vec<Waiting>>> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(PATIENCE).execute(&mut *transaction).await?;
        if sqlx::query(TURN).fetch_optional(&mut *transaction).await?.is_none() {
            return Ok(None);
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows: Vec<Row> = sqlx::query_as(NEXT).bind(limit).fetch_all(&mut *transaction).await?;
        self.turn = Some(transaction);
        Ok(Some(rows.into_iter().map(waiting).collect()))
    }

    async fn write(&mut self, settled: Settled) -> sqlx::Result<()> {
        let Some(mut transaction) = self.turn.take() else { return Ok(()) };
        if !settled.published.is_empty() {
            let remove = sqlx::query("DELETE FROM agentgen_outbox WHERE id = ANY($1)");
            remove.bind(settled.published).execute(&mut *transaction).await?;
        }
        for (number, reason) in settled.refused {
            let keep = sqlx::query("UPDATE agentgen_outbox SET error = $2 WHERE id = $1");
            keep.bind(number).bind(reason).execute(&mut *transaction).await?;
        }
        transaction.commit().await
    }
}

fn waiting(row: Row) -> Waiting {
    let (number, subject, headers, body, ordering_key, dedupe_key, due) = row;
    let body = Bytes::from(body);
    Waiting { number, entry: Entry { subject, headers, body, ordering_key, dedupe_key, due } }
}

impl Store for Database {
    fn prepare(&mut self) -> BoxFuture<'_, Result<(), Status>> {
        Box::pin(async {
            let connection = self.pool.acquire().await;
            let mut connection = connection.map_err(|error| failed("reached", error))?;
            Outbox::create_postgres(&mut connection).await
        })
    }

    fn take(&mut self, limit: usize) -> BoxFuture<'_, Result<Option<Vec<Waiting>>, Status>> {
        // A turn that was not settled ends with its transaction.
        self.turn = None;
        Box::pin(async move { self.next(limit).await.map_err(|error| failed("read", error)) })
    }

    fn settle(&mut self, settled: Settled) -> BoxFuture<'_, Result<(), Status>> {
        Box::pin(async move { self.write(settled).await.map_err(|error| failed("written", error)) })
    }
}

fn failed(what: &str, error: sqlx::Error) -> Status {
    Status::unavailable(format!("the outbox cannot be {what}: {error}")).with_source(error)
}
