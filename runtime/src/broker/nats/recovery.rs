//! What a killed server forgets. NATS writes acknowledgements to the disk some
//! time after it has confirmed them, and those of a consumer apart from those of
//! its stream; where a consumer has redelivered, NATS 2.9 also loses count of
//! what is acknowledged. There are then
//!
//! - messages that a consumer lists as delivered and not acknowledged, and that
//!   its stream has no more: they are never delivered again, never come off the
//!   list, and block a lane, which delivers one at a time;
//! - messages that the stream has, and that no consumer will deliver: some of them
//!   were handled and some were not, which only the ledger knows.
//!
//! What a consumer still has to get or to acknowledge, whoever made it and whatever its
//! filter, is neither.
//!
//! Both are put right, soon after a consumer has joined or its connection is a new
//! one, and now and then: the first are acknowledged again, the second published
//! again, so that those that were handled are answered from the ledger.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_nats::jetstream::consumer::Info;
use async_nats::jetstream::message::{PublishMessage, StreamMessage};
use async_nats::jetstream::stream::Stream;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::topology::{self, Topology};
use super::{message, names, query, source, streams, unavailable};
use crate::broker::Error;

/// The pause before the first look, and the longest between two.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(64);

/// The looks, which end with it.
#[derive(Default)]
pub(super) struct Recovery(JoinSet<()>);

impl Recovery {
    /// Begins anew: the server may have been killed.
    pub(super) fn begin(&mut self, topology: &Arc<Topology>, subject: &str) {
        self.0.abort_all();
        if names::stream(&topology.config.prefix, subject).1 {
            // Replies are in memory: nothing of them outlives the server.
            return;
        }
        let (topology, subject) = (Arc::clone(topology), subject.to_owned());
        self.0.spawn(async move {
            let mut pause = FIRST;
            loop {
                tokio::time::sleep(pause).await;
                if let Err(error) = look(&topology, &subject).await {
                    tracing::debug!(%error, subject, "what NATS lost is looked for again");
                }
                pause = (pause * 2).min(LONGEST);
            }
        });
    }
}

async fn look(topology: &Topology, subject: &str) -> Result<(), Error> {
    let (name, _) = names::stream(&topology.config.prefix, subject);
    // Consumers first: what the stream lacks afterwards was acknowledged.
    let Some(stream) = streams::find(&topology.connection, &name).await? else { return Ok(()) };
    let consumers = topology::consumers(&stream).await?;
    for consumer in consumers.iter().filter(|consumer| consumer.num_ack_pending > 0) {
        acknowledge_missing(topology, &stream, consumer).await?;
    }
    let first = stream.cached_info().state.first_sequence;
    for lane in topology::lanes() {
        let lane = names::lane(&topology.config.prefix, subject, lane);
        let end = acknowledged_by_all(&consumers, &lane);
        if let Some(end) = end.filter(|end| *end >= first) {
            publish_again(topology, &name, &lane, end).await?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Details {
    deleted_details: bool,
}

#[derive(Deserialize)]
struct Found {
    state: State,
}

/// Which messages a stream has.
#[derive(Deserialize)]
struct State {
    first_seq: u64,
    last_seq: u64,
    #[serde(default)]
    deleted: HashSet<u64>,
}

/// Acknowledges what the consumer lists and the stream has no more. To do so
/// with a message that the consumer does not list changes nothing.
async fn acknowledge_missing(
    topology: &Topology,
    stream: &Stream,
    consumer: &Info,
) -> Result<(), Error> {
    let name = &stream.cached_info().config.name;
    let asked = format!("STREAM.INFO.{name}");
    let details = Details { deleted_details: true };
    let found: Found =
        topology.connection.jetstream.request(asked, &details).await.map_err(unavailable)?;
    let State { first_seq, last_seq, deleted } = found.state;
    let (floor, last) = (consumer.ack_floor.stream_sequence, consumer.delivered.stream_sequence);
    let missing =
        |number: &u64| *number < first_seq || *number > last_seq || deleted.contains(number);
    for number in (floor + 1..=last).filter(missing) {
        let reply = format!("$JS.ACK.{name}.{}.1.{number}.0.0.0", consumer.name);
        let client = &topology.connection.client;
        client.publish(reply, Bytes::from_static(b"+ACK")).await.map_err(unavailable)?;
    }
    Ok(())
}

/// The last message up to which every consumer of a lane has acknowledged all, other
/// people's included; none where there is no consumer, or one of them has acknowledged
/// nothing.
fn acknowledged_by_all(consumers: &[Info], lane: &str) -> Option<u64> {
    let waits = |info: &&Info| topology::covers(info, lane);
    let floor = |info: &Info| match info.num_ack_pending {
        0 => info.delivered.stream_sequence,
        _ => info.ack_floor.stream_sequence,
    };
    consumers.iter().filter(waits).map(floor).min().filter(|floor| *floor > 0)
}

/// Publishes what a lane still has up to `end`, and removes it from there.
async fn publish_again(
    topology: &Topology,
    stream: &str,
    lane: &str,
    end: u64,
) -> Result<(), Error> {
    let mut next = 1;
    while let Some(left) = query::message_from(topology, stream, lane, next).await? {
        if left.sequence > end {
            break;
        }
        next = left.sequence + 1;
        let number = left.sequence;
        store_again(topology, left).await?;
        streams::remove(&topology.connection, stream, number).await?;
        tracing::info!(stream, number, "a message that NATS lost sight of is published again");
    }
    Ok(())
}

/// Several processes may do so at once: the id is the same for all of them.
async fn store_again(topology: &Topology, left: StreamMessage) -> Result<(), Error> {
    let published = SystemTime::from(left.time);
    let age = topology.connection.clock.age(published);
    let Some(headers) = message::again(left.headers, age) else { return Ok(()) };
    let id = format!("again-{}", source::id(left.sequence, published));
    let message = PublishMessage::build().headers(headers).payload(left.payload).message_id(id);
    let sent = topology.connection.jetstream.send_publish(left.subject, message).await;
    sent.map_err(unavailable)?.await.map(|_| ()).map_err(unavailable)
}
