//! The database of a test, of either kind.

use std::path::PathBuf;
use std::time::Duration;

use agentgen::broker::Broker;
use agentgen::outbox::{Outbox, Relay};
use agentgen::queue::Post;
use agentgen::service::Endpoint;
use agentgen::testing::probe::{INFO, Job, ORDERED, RUNNING};
use sqlx::postgres::{PgPool, PgPoolOptions};

/// The rpc whose requests are ordered by name.
const ORDERING: Endpoint<Job, Job> = Endpoint::new(&INFO, ORDERED);

pub(super) enum Database {
    Sqlite(PathBuf),
    Postgres { pool: PgPool, url: String },
}

/// Jobs whose names begin with `key` are ordered.
fn post<'a>(outbox: &'a Outbox, job: &Job, key: Option<&str>) -> Post<&'a Outbox, Job, Job> {
    let endpoint = if job.name.starts_with("key") { ORDERING } else { RUNNING };
    let post = outbox.post(endpoint, job.clone());
    match key {
        Some(key) => post.idempotency_key(key),
        None => post,
    }
}

fn open(path: &PathBuf) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).expect("the database opens");
    connection.busy_timeout(Duration::from_secs(10)).expect("a time to wait");
    connection
}

impl Database {
    /// Waits until the server, which listens already, lets somebody in.
    pub(super) async fn connect(port: u16) -> Self {
        let url = format!("postgres://agentgen@127.0.0.1:{port}/postgres");
        let connected = async {
            loop {
                match PgPoolOptions::new().max_connections(4).connect(&url).await {
                    Ok(pool) => return pool,
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            }
        };
        let pool = tokio::time::timeout(super::SOON, connected).await.expect("a connection");
        Self::Postgres { pool, url }
    }

    /// What `outbox-relay` calls it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Sqlite(path) => path.display().to_string(),
            Self::Postgres { url, .. } => url.clone(),
        }
    }

    pub(super) fn relay(&self, broker: Broker) -> Relay {
        match self {
            Self::Sqlite(path) => Relay::sqlite(path, broker).expect("the database opens"),
            Self::Postgres { pool, .. } => Relay::postgres(pool.clone(), broker),
        }
    }

    pub(super) async fn create(&self) {
        match self {
            Self::Sqlite(path) => Outbox::create_sqlite(&open(path)).expect("a table"),
            Self::Postgres { pool, .. } => {
                let mut connection = pool.acquire().await.expect("a connection");
                Outbox::create_postgres(&mut connection).await.expect("the tables");
            }
        }
    }

    /// Writes all of them in one transaction.
    pub(super) async fn write(
        &self,
        outbox: &Outbox,
        jobs: &[Job],
        key: Option<&str>,
        commit: bool,
    ) {
        match self {
            Self::Sqlite(path) => {
                let mut connection = open(path);
                let transaction = connection.transaction().expect("a transaction");
                for job in jobs {
                    post(outbox, job, key).write(&transaction).expect("it is written");
                }
                let ended = if commit { transaction.commit() } else { transaction.rollback() };
                ended.expect("the transaction ends");
            }
            Self::Postgres { pool, .. } => {
                let mut transaction = pool.begin().await.expect("a transaction");
                for job in jobs {
                    let written = post(outbox, job, key).write_postgres(&mut transaction).await;
                    written.expect("it is written");
                }
                let ended =
                    if commit { transaction.commit().await } else { transaction.rollback().await };
                ended.expect("the transaction ends");
            }
        }
    }

    /// How many messages are in the outbox.
    pub(super) async fn waiting(&self) -> i64 {
        const COUNT: &str = "SELECT count(*) FROM agentgen_outbox";
        match self {
            Self::Sqlite(path) => {
                open(path).query_row(COUNT, [], |row| row.get(0)).expect("the table")
            }
            Self::Postgres { pool, .. } => {
                sqlx::query_scalar(COUNT).fetch_one(pool).await.expect("the table")
            }
        }
    }
}
