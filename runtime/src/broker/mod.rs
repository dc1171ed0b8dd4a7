//! Where queued messages live between a publisher and a consumer: one handle
//! over any backend, opened by URL. This module knows subjects, groups,
//! leases and bytes; it knows no contract, no rpc and no envelope (that is
//! [`queue`](crate::queue)).
//!
//! A subject has groups. Every group gets each message of the subject once,
//! and the consumers of a group share them. A message that is published before
//! its subject has any group waits for the first one.

#[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
mod address;
mod backend;
mod capabilities;
mod delivery;
mod embedded;
mod error;
mod handle;
#[cfg(any(
    feature = "kafka",
    feature = "nats",
    feature = "rabbitmq",
    feature = "redis",
    feature = "sqlite"
))]
mod headers;
#[cfg(feature = "kafka")]
mod kafka;
#[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
mod ledger;
mod memory;
mod message;
#[cfg(feature = "nats")]
mod nats;
mod origin;
#[cfg(feature = "rabbitmq")]
mod rabbitmq;
#[cfg(feature = "redis")]
mod redis;
mod registry;
#[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis"))]
mod remote;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::time::Duration;

pub use backend::{Backend, Lease, Subscriber};
pub use capabilities::{Capabilities, Capability};
pub use delivery::{Delivery, Failure, History, Remember, Settlement, Start};
pub use error::{Error, ErrorKind};
pub use handle::Broker;
#[cfg(all(
    feature = "testing",
    any(feature = "kafka", feature = "nats", feature = "rabbitmq", feature = "redis")
))]
pub(crate) use ledger::{Ledger, Write, open_ledger};
pub(crate) use message::CALLERS;
pub use message::{DAMAGE, Depth, Publish, Published, RAW, Stored, Subscription};
pub use registry::Scheme;
#[cfg(all(feature = "testing", feature = "sqlite"))]
pub(crate) use sqlite::open_at;

/// How long a dedupe key is kept, unless the URL says otherwise.
const DEDUPE_WINDOW: Duration = Duration::from_secs(120);
