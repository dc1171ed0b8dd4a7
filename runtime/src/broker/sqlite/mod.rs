//! The embedded durable broker: one `SQLite` file in WAL mode, shared by any
//! number of processes; and, in a file of its own, a ledger for brokers that have
//! none.
//!
//! Every process has one thread that owns its connection. The thread gathers
//! what is asked of it into transactions (group commit), so that the price of
//! syncing a disk is shared. No lock is held between transactions, so a killed
//! process leaves nothing behind but leases, which end.

mod claim;
mod clock;
mod kind;
mod leases;
#[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
mod ledger;
mod numbers;
mod publish;
mod purge;
mod queue;
#[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
mod reader;
mod schema;
mod settle;
mod store;
mod sweep;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;

#[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
pub(super) use self::ledger::open as ledger;

use self::clock::Wall;
use self::kind::Kind;
use self::writer::Writer;
use super::embedded::Embedded;
use super::registry::Url;
use super::{Backend, Capabilities, Capability, Error};

/// How a file is opened.
struct Config {
    pub(super) kind: &'static Kind,
    pub(super) path: PathBuf,
    /// Whether a commit waits for the disk, and so survives a power loss.
    pub(super) full_sync: bool,
    pub(super) dedupe_window: Duration,
    pub(super) wall: Wall,
}

/// Opens `sqlite:PATH`, making the file and its folder where there is none.
pub(super) fn open(url: Url) -> BoxFuture<'static, Result<Arc<dyn Backend>, Error>> {
    open_with(url, clock::system())
}

/// Opens what follows `sqlite:` in a URL, with another wall clock.
#[cfg(feature = "testing")]
pub(crate) async fn open_at(rest: &str, wall: Wall) -> Result<super::Broker, Error> {
    let backend = open_with(Url::parse("sqlite", rest)?, wall).await?;
    Ok(super::Broker(backend, super::origin::Origin::of("sqlite:")))
}

fn open_with(url: Url, wall: Wall) -> BoxFuture<'static, Result<Arc<dyn Backend>, Error>> {
    const CAPABILITIES: Capabilities = Capabilities::new(&[
        Capability::Durable,
        Capability::Shared,
        Capability::AnyConsumer,
        Capability::Backlog,
        Capability::AtomicSettle,
        Capability::ExactDepth,
        Capability::Browse,
    ]);
    Box::pin(async move {
        let config = Arc::new(config(url, &kind::BROKER, wall)?);
        let writer = Writer::start(config).await?;
        Ok(Arc::new(Embedded::new(writer, CAPABILITIES)) as Arc<dyn Backend>)
    })
}

fn config(mut url: Url, kind: &'static Kind, wall: Wall) -> Result<Config, Error> {
    if url.path.is_empty() || url.path.contains(":memory:") {
        let text = "`sqlite:` needs the path of a file; `memory:` is the broker without one";
        return Err(Error::config(text));
    }
    let full_sync = match url.take("synchronous").as_deref() {
        None | Some("full") => true,
        Some("normal") => false,
        Some(other) => {
            let text = format!("option `synchronous={other}` is neither `full` nor `normal`");
            return Err(Error::config(text));
        }
    };
    let dedupe_window = url.take_seconds("dedupe_window")?.unwrap_or(super::DEDUPE_WINDOW);
    let path = PathBuf::from(std::mem::take(&mut url.path));
    if url.existing && !path.exists() {
        let text = format!("there is no {} at `{}`: no such file", kind.name, path.display());
        return Err(Error::config(text));
    }
    url.finish()?;
    Ok(Config { kind, path, full_sync, dedupe_window, wall })
}
