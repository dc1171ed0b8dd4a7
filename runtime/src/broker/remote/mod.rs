//! What the brokers behind a network share. Each of them moves messages in its
//! own way, and redelivers what was not acknowledged; none of them counts the
//! attempts that *began*, refuses a late acknowledgement or knows what was
//! handled before. These three are kept here, in a [`Ledger`](super::ledger::Ledger) beside the
//! messages, so that every broker keeps the same promises. Which one it is, the URL may say.
//!
//! - An attempt is written down before it begins. A message that comes again
//!   while its attempt is still written down as running has crashed; one that
//!   was only prefetched has not.
//! - Every entry has a revision, and every write names the one it follows: who
//!   lost the message meanwhile fails to write, and is told so. A lease also
//!   ends by the holder's own monotonic clock, before the broker gives the
//!   message away.
//! - What a settlement publishes is confirmed before the message is
//!   acknowledged.

mod backend;
// For brokers that drop no duplicates.
#[cfg(any(feature = "kafka", feature = "rabbitmq"))]
mod dedupe;
mod held;
mod inbox;
mod member;
// For brokers that push what was asked for before.
#[cfg(feature = "nats")]
mod pulse;
mod record;
mod settle;
mod wire;

use std::time::Duration;

#[cfg(feature = "nats")]
pub(super) use super::message::REPLIES;
#[cfg(any(feature = "kafka", feature = "nats", feature = "rabbitmq"))]
pub(super) use super::message::is_reply;
pub(super) use backend::Remote;
#[cfg(any(feature = "kafka", feature = "rabbitmq"))]
pub(super) use dedupe::Dedupe;
#[cfg(feature = "nats")]
pub(super) use pulse::Pulse;
#[cfg(feature = "kafka")]
pub(super) use record::Past;
#[cfg(feature = "redis")]
pub(super) use wire::Recorded;
pub(super) use wire::{Listed, Parcel, Receipt, Source, Wire};

/// How long an ephemeral group outlives the last sign of its consumer.
#[cfg(any(feature = "nats", feature = "rabbitmq", feature = "redis"))]
pub(super) const GROUP_LIFE: Duration = Duration::from_secs(60);

/// How many lanes a group has for messages with an ordering key. Keys that
/// share a lane wait for each other.
#[cfg(any(feature = "nats", feature = "rabbitmq", feature = "redis"))]
pub(super) const LANES: usize = 4;

/// A span in whole milliseconds, rounded up.
pub(super) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX / 4)
}

/// The lane of an ordering key.
#[cfg(any(feature = "nats", feature = "rabbitmq", feature = "redis"))]
pub(super) fn lane(key: &str) -> usize {
    lane_of(key, LANES)
}

/// The place of a key among this many: FNV-1a, which every version computes alike.
pub(super) fn lane_of(key: &str, lanes: usize) -> usize {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    usize::try_from(hash % lanes.max(1) as u64).unwrap_or_default()
}

/// What the ledger knows of a message.
#[cfg(feature = "kafka")]
pub(super) async fn past(
    ledger: &dyn super::ledger::Ledger,
    queue: &str,
    id: &str,
) -> Result<Past, super::Error> {
    Ok(record::Kept::read(ledger, queue, id).await?.past())
}

/// The time that the broker leases for, so that a holder's own lease ends first.
pub(in crate::broker) fn with_margin(lease: Duration) -> Duration {
    lease + (lease / 10).clamp(Duration::from_millis(50), Duration::from_secs(5))
}
