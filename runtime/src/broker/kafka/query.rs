//! What can be asked about the messages of a subject.

use std::collections::BTreeMap;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};

use super::connection::{ANSWER, Connection};
use super::message::Record;
use super::progress::Progress;
use super::{groups, names, takeover, topics, unavailable};
use crate::broker::remote::Listed;
use crate::broker::{Error, Stored};

/// How far a group has come.
struct Standing {
    group: String,
    committed: BTreeMap<i32, i64>,
    /// What is done with beyond, of the partitions where anything is left.
    progress: BTreeMap<i32, Progress>,
}

impl Standing {
    fn waits_for(&self, partition: i32, offset: i64, published: i64) -> bool {
        let committed = self.committed.get(&partition).copied().unwrap_or_default();
        let covers = |progress: &Progress| progress.covers(offset, published);
        offset >= committed && !self.progress.get(&partition).is_some_and(covers)
    }
}

/// Where a topic's partitions end, and how far its lasting groups have come.
async fn standings(
    connection: &Connection,
    subject: &str,
    topic: &str,
    ends: &BTreeMap<i32, i64>,
) -> Result<Vec<Standing>, Error> {
    let partitions = i32::try_from(ends.len()).unwrap_or(i32::MAX);
    let mut standings = Vec::new();
    for group in groups::list(connection, topic).await?.0 {
        let place = names::group(&connection.config.prefix, subject, &group.name);
        let committed = connection.committed(&place, topic, 0..partitions).await?;
        let mut progress = BTreeMap::new();
        for (partition, end) in ends {
            if committed.get(partition).is_none_or(|committed| committed < end) {
                let entry = connection.ledger.read(&takeover::key(&place, *partition)).await?;
                let read = entry.value.as_deref().map(Progress::read);
                progress.extend(read.map(|read| (*partition, read)));
            }
        }
        standings.push(Standing { group: group.name, committed, progress });
    }
    Ok(standings)
}

/// How many messages the lasting groups of a subject have not done with; while
/// there is none, how many are stored.
pub(super) async fn total(connection: &Connection, subject: &str) -> Result<u64, Error> {
    let topic = topics::name(connection, subject);
    let Some(found) = topics::find(connection, &topic).await? else { return Ok(0) };
    // How far the groups have come is asked last: nobody is ahead of the end.
    let begins = connection.offsets(&topic, found.partitions, Offset::Beginning).await?;
    let ends = connection.offsets(&topic, found.partitions, Offset::End).await?;
    let standings = standings(connection, subject, &topic, &ends).await?;
    let mut total = 0;
    for (partition, end) in &ends {
        let begin = begins.get(partition).copied().unwrap_or_default();
        let left = |from: i64| u64::try_from(end - from).unwrap_or_default();
        if standings.is_empty() {
            total += left(begin);
        }
        for standing in &standings {
            let committed = standing.committed.get(partition).copied().unwrap_or_default();
            let from = committed.max(begin);
            let done = standing.progress.get(partition).map_or(0, |of| of.count(from, *end));
            total += left(from).saturating_sub(done);
        }
    }
    Ok(total)
}

pub(super) async fn browse(
    connection: &Connection,
    subject: &str,
    after: u64,
    limit: usize,
) -> Result<Vec<Listed>, Error> {
    let topic = topics::name(connection, subject);
    let Some(found) = topics::find(connection, &topic).await? else { return Ok(Vec::new()) };
    let mut begins = connection.offsets(&topic, found.partitions, Offset::Beginning).await?;
    let ends = connection.offsets(&topic, found.partitions, Offset::End).await?;
    let standings = standings(connection, subject, &topic, &ends).await?;
    for (partition, begin) in &mut begins {
        let committed = standings.iter().map(|of| of.committed.get(partition).copied());
        let first = committed.map(Option::unwrap_or_default).min().unwrap_or_default();
        *begin = first.max(*begin);
    }
    let reader = connection.reader("agentgen")?;
    let read = tokio::task::spawn_blocking(move || read(&reader, &topic, &begins, &ends));
    let mut records = read.await.map_err(unavailable)??;
    records.retain(|(position, ..)| *position > after);
    records.sort_by_key(|(position, ..)| *position);
    let mut listed = Vec::new();
    for (position, partition, offset, record) in records {
        let waits = |of: &&Standing| of.waits_for(partition, offset, record.published);
        let mut groups: Vec<_> =
            standings.iter().filter(waits).map(|of| of.group.clone()).collect();
        if standings.is_empty() {
            groups.push(String::new());
        }
        for group in groups {
            let (headers, body) = (record.headers.clone(), record.body.clone());
            let stored = Stored { position, group, headers, body, starts: 0 };
            listed.push(Listed { stored, id: record.id(partition, offset) });
        }
        if listed.len() >= limit {
            break;
        }
    }
    listed.truncate(limit);
    Ok(listed)
}

type Found = (u64, i32, i64, Record);

/// Reads everything between these offsets.
fn read(
    reader: &BaseConsumer,
    topic: &str,
    begins: &BTreeMap<i32, i64>,
    ends: &BTreeMap<i32, i64>,
) -> Result<Vec<Found>, Error> {
    let mut list = TopicPartitionList::new();
    for (partition, end) in ends {
        let begin = begins.get(partition).copied().unwrap_or_default();
        if begin < *end {
            let at = Offset::Offset(begin);
            list.add_partition_offset(topic, *partition, at).map_err(unavailable)?;
        }
    }
    let mut open = list.count();
    if open == 0 {
        return Ok(Vec::new());
    }
    reader.assign(&list).map_err(unavailable)?;
    let mut found = Vec::new();
    while open > 0 {
        match reader.poll(ANSWER) {
            Some(Ok(message)) => {
                let (partition, offset) = (message.partition(), message.offset());
                let end = ends.get(&partition).copied().unwrap_or_default();
                if offset < end {
                    let record = Record::read(&message);
                    found.push((
                        position(partition, offset, record.published),
                        partition,
                        offset,
                        record,
                    ));
                }
                // What was published since ends the partition too.
                open -= usize::from(offset + 1 == end);
            }
            Some(Err(KafkaError::PartitionEOF(_))) => {}
            Some(Err(error)) => return Err(unavailable(error)),
            None => break,
        }
    }
    Ok(found)
}

/// How many bits of a position the partition has, and the offset in its
/// millisecond.
const PARTITION: u32 = 10;
const OFFSET: u32 = 12;

/// The position of a message: its millisecond, what is left of its offset, its
/// partition.
fn position(partition: i32, offset: i64, published: i64) -> u64 {
    let low = |number: u64, bits: u32| number & ((1 << bits) - 1);
    let published = u64::try_from(published).unwrap_or_default();
    let offset = u64::try_from(offset).unwrap_or_default();
    let partition = u64::try_from(partition).unwrap_or_default();
    let place = low(offset, OFFSET) << PARTITION | low(partition, PARTITION);
    low(published, 64 - OFFSET - PARTITION) << (OFFSET + PARTITION) | place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_grow_with_time_then_offset_then_partition() {
        let time = 1_800_000_000_000;
        let ordered = [
            position(7, 3, time),
            position(0, 4, time),
            position(1, 4, time),
            position(0, 0, time + 1),
        ];
        assert!(ordered.is_sorted(), "{ordered:?}");
    }
}
