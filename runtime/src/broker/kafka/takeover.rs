//! Taking over partitions: what their last owners were done with, and from where
//! on nobody was handed anything.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::Offset;

use super::hub::{Hub, Mode};
use super::progress::Progress;
use crate::broker::Error;

/// The pause before Kafka or the ledger is asked again.
const AGAIN: Duration = Duration::from_millis(200);

/// How long the first messages of partitions are waited for, and how often they are
/// looked for.
const TOGETHER: Duration = Duration::from_millis(300);
const LOOK: Duration = Duration::from_millis(5);

/// Partitions, each with the number of its assignment.
pub(super) type Gained = Vec<(i32, u64)>;

/// Where the ledger keeps the progress of a group on a partition.
pub(super) fn key(group: &str, partition: i32) -> String {
    format!("a/done/{group}/{partition}")
}

/// Finds out about partitions, for as long as they are ours. They begin together,
/// so that their messages come in the order of their publication.
pub(super) async fn run(hub: Arc<Hub>, mut gained: Gained) {
    let Mode::Group(group) = &hub.mode else { return };
    loop {
        gained.retain(|(partition, epoch)| hub.desk().has(*partition, *epoch));
        let pasts = match pasts(&hub, group, &gained).await {
            Ok(pasts) => pasts,
            Err(error) => {
                tracing::warn!(%error, topic = hub.topic, "partitions have to wait");
                tokio::time::sleep(AGAIN).await;
                continue;
            }
        };
        arrive(&hub, &gained, &pasts).await;
        let mut desk = hub.desk();
        for (place, past) in gained.iter().zip(pasts) {
            desk.begin(*place, past.progress, past.committed, past.fresh);
        }
        drop(desk);
        hub.arrived.notify_waiters();
        return;
    }
}

/// Waits until something of every partition has come where anything is left, though
/// not for long.
async fn arrive(hub: &Hub, gained: &Gained, pasts: &[Past]) {
    let since = Instant::now();
    while since.elapsed() < TOGETHER {
        let left = gained.iter().zip(pasts).filter(|(_, past)| past.committed < past.fresh);
        let mut left = left.map(|((partition, _), _)| *partition);
        if left.all(|partition| hub.desk().has_any(partition)) {
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
}

struct Past {
    /// What is done with, and the revision of that.
    progress: (Progress, u64),
    committed: i64,
    /// Where what was there when the partition was taken over ends.
    fresh: i64,
}

async fn pasts(hub: &Hub, group: &str, gained: &Gained) -> Result<Vec<Past>, Error> {
    let Some(last) = gained.iter().map(|(partition, _)| *partition).max() else {
        return Ok(Vec::new());
    };
    let (connection, topic) = (&hub.connection, &hub.topic);
    let committed = connection.committed(group, topic, 0..last + 1).await?;
    let ends = connection.offsets(topic, last + 1, Offset::End).await?;
    let of = |found: &BTreeMap<i32, i64>, partition| found.get(&partition).copied();
    let mut pasts = Vec::new();
    for (partition, _) in gained {
        let entry = connection.ledger.read(&key(group, *partition)).await?;
        let progress = entry.value.as_deref().map(Progress::read).unwrap_or_default();
        let fresh = of(&ends, *partition).unwrap_or_default();
        // Beyond the end, it is of a topic that was made again since.
        let committed = of(&committed, *partition).filter(|offset| *offset <= fresh);
        let progress = (progress, entry.revision);
        pasts.push(Past { progress, committed: committed.unwrap_or_default(), fresh });
    }
    Ok(pasts)
}
