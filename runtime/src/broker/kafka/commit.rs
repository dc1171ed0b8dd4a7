//! Writing down what is settled: to the ledger what is done with above the first
//! message that is not, to Kafka the offset of that message. One at a time, for
//! everything that was settled meanwhile.

use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::future::join_all;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};

use super::desk::{Held, Place};
use super::hub::{Events, Hub, Mode};
use super::partition::Snapshot;
use super::progress::Progress;
use super::{takeover, unavailable};
use crate::broker::{Error, ErrorKind};

/// How long the progress of a group outlives its last change.
const KEEP: Duration = Duration::from_secs(3650 * 24 * 3600);

/// The pause before a failed commit is tried again.
const AGAIN: Duration = Duration::from_millis(100);

/// How long a settlement waits to be written down.
const PATIENCE: Duration = Duration::from_secs(5);

/// Writes down until the hub has ended.
pub(super) async fn run(hub: Arc<Hub>, consumer: Weak<BaseConsumer<Events>>) {
    while !hub.has_ended() {
        hub.dirty.notified().await;
        hub.begin_writing();
        let (number, snapshots) = hub.desk().snapshot();
        let wrote = write(&hub, &consumer, snapshots).await;
        if wrote.is_ok() {
            hub.desk().written(number);
            hub.written.send_replace(number);
        }
        hub.end_writing();
        if let Err(error) = wrote {
            tracing::debug!(%error, topic = hub.topic, "a commit is tried again");
            tokio::time::sleep(AGAIN).await;
            hub.dirty.notify_one();
        }
    }
}

async fn write(
    hub: &Arc<Hub>,
    consumer: &Weak<BaseConsumer<Events>>,
    snapshots: Vec<Snapshot>,
) -> Result<(), Error> {
    let Mode::Group(group) = &hub.mode else { return Ok(()) };
    // All at once: a ledger that syncs a disk does it once for them.
    let (mut noting, mut commits) = (Vec::new(), Vec::new());
    let mut offsets = TopicPartitionList::new();
    for Snapshot { partition, epoch, commit, progress } in snapshots {
        let place = (partition, epoch);
        noting.extend(progress.map(|progress| note(hub, group, place, progress)));
        if let Some(offset) = commit {
            let at = Offset::Offset(offset);
            offsets.add_partition_offset(&hub.topic, partition, at).map_err(unavailable)?;
            commits.push((place, offset));
        }
    }
    join_all(noting).await.into_iter().collect::<Result<(), Error>>()?;
    if commits.is_empty() {
        return Ok(());
    }
    let Some(consumer) = consumer.upgrade() else { return Err(Error::closed()) };
    let committed =
        tokio::task::spawn_blocking(move || consumer.commit(&offsets, CommitMode::Sync));
    committed.await.map_err(unavailable)?.map_err(unavailable)?;
    let mut desk = hub.desk();
    for (place, offset) in commits {
        desk.committed(place, offset);
    }
    Ok(())
}

/// Writes down how far a partition has come, after the revision that is known of it.
async fn note(
    hub: &Hub,
    group: &str,
    place: (i32, u64),
    (progress, follows): (Progress, u64),
) -> Result<(), Error> {
    let (ledger, key) = (&hub.connection.ledger, takeover::key(group, place.0));
    if let Some(revision) = ledger.write(&key, progress.write(), follows, KEEP).await? {
        hub.desk().noted(place, progress, revision);
        return Ok(());
    }
    // An owner of before was late. What it was done with comes again.
    let revision = ledger.read(&key).await?.revision;
    hub.desk().noted(place, Progress::default(), revision);
    let text = "the progress of a partition was written by somebody else";
    Err(Error::new(ErrorKind::Unavailable, text))
}

/// Settles a delivery, and waits until that is written down.
pub(super) async fn settle(hub: &Hub, place: Place) -> Result<(), Error> {
    let mut written = hub.written.subscribe();
    let settled = hub.desk().settle(place);
    let number = settled.map_err(|_: Held| Error::stale())?;
    hub.dirty.notify_one();
    // The next message of its key may be ready.
    hub.arrived.notify_waiters();
    let moved = || !hub.desk().has(place.partition, place.epoch);
    let waited = tokio::time::timeout(PATIENCE, async {
        while *written.borrow_and_update() < number {
            if hub.has_ended() {
                return Err(Error::closed());
            }
            if moved() {
                return Err(Error::stale());
            }
            // The sender lives as long as the hub.
            let _ = written.changed().await;
        }
        Ok(())
    });
    let text = "Kafka has not confirmed a commit in time";
    waited.await.unwrap_or_else(|_| Err(Error::new(ErrorKind::Unavailable, text)))
}
