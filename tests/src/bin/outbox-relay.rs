//! A relay process for tests to kill: `outbox-relay DATABASE BROKER_URL`, where
//! the database is a URL of `PostgreSQL` or the path of an `SQLite` file.

use agentgen::Status;
use agentgen::broker::Broker;
use agentgen::outbox::Relay;
use sqlx::postgres::PgPool;

#[tokio::main]
async fn main() -> Result<(), Status> {
    let mut arguments = std::env::args().skip(1);
    let usage = || Status::invalid_argument("usage: outbox-relay DATABASE BROKER_URL");
    let (database, url) = arguments.next().zip(arguments.next()).ok_or_else(usage)?;
    let broker = Broker::open(&url).await?;
    let relay = if database.starts_with("postgres:") {
        let pool = PgPool::connect(&database).await;
        Relay::postgres(pool.map_err(|error| usage().with_source(error))?, broker)
    } else {
        Relay::sqlite(&database, broker)?
    };
    relay.run(tokio_util::sync::CancellationToken::new()).await;
    Ok(())
}
