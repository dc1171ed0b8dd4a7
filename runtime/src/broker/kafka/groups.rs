//! The groups of a subject. Kafka knows how far each has come, and not which
//! there are, and forgets both after days without a consumer: the ledger has a list
//! of them, with the offsets where they began. The first one takes over what was
//! published before.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};
use serde::{Deserialize, Serialize};

use super::connection::Connection;
use super::progress::Progress;
use super::{names, takeover, unavailable};
use crate::broker::Error;

/// How long the list outlives the last time that a consumer came.
const KEEP: Duration = Duration::from_secs(3650 * 24 * 3600);

/// A group, and the partitions that did not begin at their beginning.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) name: String,
    from: BTreeMap<i32, i64>,
}

fn key(topic: &str) -> String {
    format!("a/groups/{topic}")
}

/// The groups of a topic, the first one first, and the revision of the list.
pub(super) async fn list(connection: &Connection, topic: &str) -> Result<(Vec<Group>, u64), Error> {
    let entry = connection.ledger.read(&key(topic)).await?;
    let groups = entry.value.as_deref().and_then(|value| serde_json::from_slice(value).ok());
    Ok((groups.unwrap_or_default(), entry.revision))
}

/// Declares a group; resolves once every message published from then on reaches
/// it. Returns its name on the server.
pub(super) async fn join(
    connection: &Connection,
    (subject, group): (&str, &str),
    (topic, partitions): (&str, i32),
) -> Result<String, Error> {
    let place = names::group(&connection.config.prefix, subject, group);
    let committed = connection.committed(&place, topic, 0..partitions).await?;
    let exists = !committed.is_empty();
    let from = enlist(connection, (subject, group), (topic, partitions), exists).await?;
    let mut begin = TopicPartitionList::new();
    for partition in (0..partitions).filter(|partition| !committed.contains_key(partition)) {
        let entry = connection.ledger.read(&takeover::key(&place, partition)).await?;
        let came = entry.value.as_deref().map(Progress::read).map(|progress| progress.done());
        let offset = came.or(from.get(&partition).copied()).unwrap_or_default();
        let at = Offset::Offset(offset);
        begin.add_partition_offset(topic, partition, at).map_err(unavailable)?;
    }
    if begin.count() > 0 {
        let committed =
            connection.ask(&place, move |observer| observer.commit(&begin, CommitMode::Sync));
        if let Err(error) = committed.await {
            // A consumer that is there already has done it.
            let found = connection.committed(&place, topic, 0..partitions).await?;
            if found.len() < usize::try_from(partitions).unwrap_or_default() {
                return Err(error);
            }
        }
    }
    Ok(place)
}

/// Writes a group into the list, unless it is there; returns where it begins.
async fn enlist(
    connection: &Connection,
    (subject, group): (&str, &str),
    (topic, partitions): (&str, i32),
    exists: bool,
) -> Result<BTreeMap<i32, i64>, Error> {
    loop {
        let (mut groups, revision) = list(connection, topic).await?;
        let listed = groups.iter().find(|listed| listed.name == group).cloned();
        if listed.is_none() && !exists && !connection.config.declare {
            let text = format!(
                "group `{group}` of `{subject}` is missing, and `topology=verify` makes none"
            );
            return Err(Error::config(text));
        }
        let of_it = if let Some(listed) = listed {
            listed
        } else {
            let from = if exists || groups.is_empty() {
                BTreeMap::new()
            } else {
                connection.offsets(topic, partitions, Offset::End).await?
            };
            let new = Group { name: group.to_owned(), from };
            groups.push(new.clone());
            new
        };
        // Lists of names and numbers have a JSON form.
        let value = Bytes::from(serde_json::to_vec(&groups).unwrap_or_default());
        if connection.ledger.write(&key(topic), value, revision, KEEP).await?.is_some() {
            return Ok(of_it.from);
        }
    }
}
