//! Kafka: a topic for each subject, a consumer group for each group, the record's
//! key for the ordering key.
//!
//! Kafka is a log: it knows one offset for each group and partition, neither
//! leases nor single acknowledgements, pauses or duplicates. Which messages are in
//! hand is kept in this process (`desk`), and what is done with out of order, like
//! attempts and results, in a ledger (see `broker::ledger`). A partition that goes
//! to another process takes nothing along that is being handled: it is held back
//! there until it is done with here, as the ledger shows.

mod commit;
mod config;
mod connection;
mod desk;
mod groups;
mod hub;
mod message;
mod names;
mod partition;
mod progress;
mod publish;
mod query;
mod receipt;
mod source;
mod takeover;
mod topics;
mod wire;

use std::sync::Arc;

use futures_core::future::BoxFuture;

use self::config::Config;
use self::connection::Connection;
use self::wire::Kafka;
use super::ledger::Choice;
use super::registry::Url;
use super::remote::{Dedupe, Remote};
use super::{Backend, Error, ErrorKind};

/// Opens `kafka://…` or `kafka+ssl://…`.
pub(super) fn open(mut url: Url) -> BoxFuture<'static, Result<Arc<dyn Backend>, Error>> {
    Box::pin(async move {
        let choice = Choice::take(&mut url)?;
        let config = Config::read(url)?;
        let ledger = choice.open(None, &format!("kafka {}", config.prefix)).await?;
        let window = config.dedupe_window;
        let connection = Connection::open(config, Arc::clone(&ledger)).await?;
        let kafka = Dedupe::new(Kafka::new(connection)?, Arc::clone(&ledger), window);
        Ok(Arc::new(Remote::new(Arc::new(kafka), ledger)) as Arc<dyn Backend>)
    })
}

/// An error of the client library: the server is away, or refuses.
fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Unavailable, "Kafka cannot do it now").with_source(error)
}
