//! Redis Streams: a stream for each lane of a subject, a consumer group for each
//! group, and sorted sets for leases and pauses, which Redis has not.
//!
//! What belongs together happens in one script, on the server and by its
//! clock: Redis gives away nothing twice, and a late acknowledgement is
//! refused. Consumers wait for a published notice, not for a blocked command,
//! so that one connection serves all of them.

mod config;
mod connection;
mod entry;
mod gather;
mod ledger;
mod publish;
mod query;
mod receipt;
mod scripts;
mod source;

use std::sync::Arc;

use futures_core::future::BoxFuture;
use redis::Value;

use self::config::Config;
use self::connection::Connection;
use self::gather::Gather;
use self::ledger::Owned;
use self::publish::Outgoing;
use super::ledger::{Choice, Ledger};
use super::registry::Url;
use super::remote::{Listed, Remote, Source, Wire};
use super::{
    Backend, Capabilities, Capability, Depth, Error, ErrorKind, Publish, Published, Subscription,
};

/// Opens `redis://…` or `rediss://…`.
pub(super) fn open(url: Url) -> BoxFuture<'static, Result<Arc<dyn Backend>, Error>> {
    Box::pin(async move {
        let mut url = url;
        let choice = Choice::take(&mut url)?;
        let config = Config { keeps_ledger: choice.is_own(), ..Config::read(url)? };
        let redis = Arc::new(Redis::new(Connection::open(config).await?));
        let scope = format!("redis {}", redis.connection.config.prefix);
        let ledger = choice.open(Some(Arc::clone(&redis) as _), &scope).await?;
        Ok(Arc::new(Remote::new(redis, ledger)) as Arc<dyn Backend>)
    })
}

/// Opens `redis://…` or `rediss://…` as the ledger of another broker.
pub(super) fn ledger(url: Url) -> BoxFuture<'static, Result<Arc<dyn Ledger>, Error>> {
    Box::pin(async move {
        let connection = Connection::open(Config::read(url)?).await?;
        Ok(Arc::new(Redis::new(connection)) as Arc<dyn Ledger>)
    })
}

/// One connection.
struct Redis {
    connection: Connection,
    publishing: Gather<Outgoing, Value>,
    beginning: Gather<[Owned; 2], u64>,
}

impl Redis {
    fn new(connection: Connection) -> Self {
        let publishing = publish::publishing(connection.clone());
        let beginning = ledger::beginning(connection.clone());
        Self { connection, publishing, beginning }
    }
}

/// An error of the server or of the way to it.
fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let error = error.into();
    if error.to_string().contains("WRONGTYPE") {
        let text = "a key exists in another form than this version makes: use another `prefix=`, \
                    or delete what is under this one";
        return Error::config(text).with_source(error);
    }
    Error::new(ErrorKind::Unavailable, "Redis cannot do it now").with_source(error)
}

/// What came back is not what the scripts return.
fn unexpected() -> Error {
    Error::new(ErrorKind::Incompatible, "Redis returned what no script of this version returns")
}

impl Wire for Redis {
    fn capabilities(&self) -> Capabilities {
        const CAPABILITIES: Capabilities = Capabilities::new(&[
            Capability::Durable,
            Capability::Shared,
            Capability::AnyConsumer,
            Capability::Backlog,
            Capability::ExactDepth,
            Capability::Browse,
        ]);
        CAPABILITIES
    }

    fn dedupe_is_free(&self) -> bool {
        true
    }

    fn publish(&self, message: Publish) -> BoxFuture<'_, Result<Published, Error>> {
        Box::pin(publish::publish(&self.publishing, message))
    }

    fn prepare<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(publish::prepare(&self.connection, subject))
    }

    fn join(&self, subscription: Subscription) -> BoxFuture<'_, Result<Box<dyn Source>, Error>> {
        Box::pin(async move {
            let source = source::Claims::start(self.connection.clone(), subscription).await?;
            Ok(Box::new(source) as Box<dyn Source>)
        })
    }

    fn depth<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Depth, Error>> {
        Box::pin(query::depth(&self.connection, subject))
    }

    fn browse<'a>(
        &'a self,
        subject: &'a str,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Listed>, Error>> {
        Box::pin(query::browse(&self.connection, subject, after, limit))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), Error>> {
        // Nothing is buffered: what was confirmed is stored.
        Box::pin(std::future::ready(Ok(())))
    }
}
