//! NATS `JetStream`: a stream for each subject, which keeps a message until
//! every group has acknowledged it, and durable pull consumers for each group.
//!
//! Redelivery, retry pauses, dedupe and groups are the server's own; what it
//! lacks is the ledger's (see `broker::remote`), which is a stream of entries
//! that are written by compare-and-set.

mod clock;
mod config;
mod connection;
mod form;
mod ledger;
mod message;
mod names;
mod publish;
mod query;
mod receipt;
mod recovery;
mod requests;
mod source;
mod streams;
mod topology;

use std::sync::Arc;

use futures_core::future::BoxFuture;

use self::config::Config;
use self::connection::Connection;
use self::ledger::Entries;
use self::topology::Topology;
use super::ledger::{Choice, Ledger};
use super::registry::Url;
use super::remote::{Listed, Remote, Source, Wire};
use super::{
    Backend, Capabilities, Capability, Depth, Error, ErrorKind, Publish, Published, Subscription,
};

/// Opens `nats://…` or `tls://…`.
pub(super) fn open(url: Url) -> BoxFuture<'static, Result<Arc<dyn Backend>, Error>> {
    Box::pin(async move {
        let mut url = url;
        let choice = Choice::take(&mut url)?;
        let config = Config::read(url)?;
        let connection = Connection::open(&config).await?;
        let own = Arc::new(Entries::open(connection.clone(), &config).await?);
        let scope = format!("nats {}", config.prefix);
        let ledger = choice.open(Some(Arc::clone(&own) as _), &scope).await?;
        let nats = Nats(Arc::new(Topology::new(connection, config, own)));
        Ok(Arc::new(Remote::new(Arc::new(nats), ledger)) as Arc<dyn Backend>)
    })
}

/// Opens `nats://…` or `tls://…` as the ledger of another broker.
pub(super) fn ledger(url: Url) -> BoxFuture<'static, Result<Arc<dyn Ledger>, Error>> {
    Box::pin(async move {
        let config = Config::read(url)?;
        let connection = Connection::open(&config).await?;
        Ok(Arc::new(Entries::open(connection, &config).await?) as Arc<dyn Ledger>)
    })
}

/// One connection.
struct Nats(Arc<Topology>);

/// An error of the client library: the server is away, or refuses.
fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Unavailable, "NATS cannot do it now").with_source(error)
}

impl Wire for Nats {
    fn capabilities(&self) -> Capabilities {
        const CAPABILITIES: Capabilities = Capabilities::new(&[
            Capability::Durable,
            Capability::Shared,
            Capability::AnyConsumer,
            Capability::Backlog,
            Capability::Browse,
        ]);
        CAPABILITIES
    }

    fn max_message(&self) -> Option<usize> {
        Some(self.0.connection.client.max_payload()).filter(|limit| *limit > 0)
    }

    fn dedupe_is_free(&self) -> bool {
        true
    }

    fn publish(&self, message: Publish) -> BoxFuture<'_, Result<Published, Error>> {
        Box::pin(publish::publish(&self.0, message))
    }

    fn prepare<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { self.0.ensure_stream(subject, None).await.map(drop) })
    }

    fn join(&self, subscription: Subscription) -> BoxFuture<'_, Result<Box<dyn Source>, Error>> {
        Box::pin(async move {
            let source = source::Pull::start(Arc::clone(&self.0), subscription).await?;
            Ok(Box::new(source) as Box<dyn Source>)
        })
    }

    fn depth<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Depth, Error>> {
        Box::pin(query::depth(&self.0, subject))
    }

    fn browse<'a>(
        &'a self,
        subject: &'a str,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Listed>, Error>> {
        Box::pin(query::browse(&self.0, subject, after, limit))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            // A connection that is gone has nothing to flush.
            let _ = self.0.connection.client.drain().await;
            Ok(())
        })
    }
}
