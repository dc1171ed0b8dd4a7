//! Publishing: every replica in sync has the message when this resolves.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::error::KafkaError;
use rdkafka::message::Timestamp;
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};
use rdkafka::types::RDKafkaErrorCode as Code;
use rdkafka::util::Timeout;

use super::connection::{ANSWER, Connection, refused};
use super::topics::{self, Topics};
use super::{message, unavailable};
use crate::broker::remote::is_reply;
use crate::broker::{Error, Publish, Published};

/// The producer; another one takes its place once it cannot go on.
pub(super) struct Publisher {
    producer: Mutex<FutureProducer>,
    /// Messages without a key go to the partitions in turn.
    turn: AtomicUsize,
    /// When the last message was published, in milliseconds of the wall clock.
    last: AtomicI64,
}

/// How far the time of a message may be ahead of the clock, so that messages of one
/// millisecond keep their order over partitions.
const AHEAD: i64 = 100;

impl Publisher {
    pub(super) fn open(connection: &Connection) -> Result<Self, Error> {
        let turn = AtomicUsize::new(fastrand::usize(..1 << 16));
        Ok(Self { producer: Mutex::new(make(connection)?), turn, last: AtomicI64::new(0) })
    }

    /// A time that no other message of this publisher has, as long as they are few.
    fn time(&self) -> i64 {
        let now = Timestamp::now().to_millis().unwrap_or_default();
        let next = |last: i64| Some(if last < now + AHEAD { now.max(last + 1) } else { now });
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        last.ok().and_then(next).unwrap_or(now)
    }

    fn producer(&self) -> FutureProducer {
        self.producer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// After a fatal error (its sequence of messages has a gap) a producer refuses
    /// everything: what was not confirmed is published anew by whoever waits.
    fn renew(&self, connection: &Connection) -> Result<(), Error> {
        let mut producer = self.producer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((code, reason)) = producer.client().fatal_error() {
            tracing::warn!(%code, reason, "the producer of Kafka is replaced");
            *producer = make(connection)?;
        }
        Ok(())
    }

    pub(super) async fn flush(&self) {
        let producer = self.producer();
        let flushed = tokio::task::spawn_blocking(move || producer.flush(ANSWER));
        // A connection that is gone has nothing to flush.
        let _ = flushed.await;
    }
}

fn make(connection: &Connection) -> Result<FutureProducer, Error> {
    connection.producer_settings().create().map_err(refused)
}

/// Publishes a message; resolves once it is confirmed.
pub(super) async fn publish(
    publisher: &Publisher,
    topics: &Topics,
    connection: &Connection,
    publish: Publish,
) -> Result<Published, Error> {
    let (topic, partitions) = topics.ensure(connection, &publish.subject).await?;
    let headers = message::headers(&publish);
    let mut record = FutureRecord::to(&topic).payload(&publish.body[..]).headers(headers);
    record = record.timestamp(publisher.time());
    if is_reply(&publish.subject) {
        record = record.key(publish.subject.as_str());
        record = record.partition(topics::place_of(&publish.subject, partitions));
    } else if let Some(key) = &publish.ordering_key {
        record = record.key(key.as_str());
    } else {
        let turn = publisher.turn.fetch_add(1, Ordering::Relaxed);
        let partition = turn % usize::try_from(partitions).unwrap_or(1).max(1);
        record = record.partition(i32::try_from(partition).unwrap_or_default());
    }
    let producer = publisher.producer();
    let sent = producer.send(record, Timeout::After(Duration::from_secs(1))).await;
    let Err((error, _)) = sent else { return Ok(Published { duplicate: false }) };
    publisher.renew(connection)?;
    match error {
        KafkaError::MessageProduction(Code::MessageSizeTooLarge | Code::InvalidMessageSize) => {
            let text = "the message is larger than Kafka takes (`max.message.bytes` of the topic)";
            Err(Error::refused(text).with_source(error))
        }
        error => {
            if let KafkaError::MessageProduction(
                Code::UnknownTopicOrPartition | Code::UnknownTopic | Code::UnknownPartition,
            ) = error
            {
                // Somebody deleted it: it is made again with the next message.
                topics.forget(&topic);
            }
            Err(unavailable(error))
        }
    }
}
