//! What can be asked about the messages of a subject.

use std::time::SystemTime;

use async_nats::jetstream::consumer::Info;
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::RawMessage;
use serde::{Deserialize, Serialize};

use super::topology::{self, Topology};
use super::{message, names, source, streams, unavailable};
use crate::broker::remote::Listed;
use crate::broker::{Depth, Error, Stored};

pub(super) async fn depth(topology: &Topology, subject: &str) -> Result<Depth, Error> {
    let (name, replies) = names::stream(&topology.config.prefix, subject);
    let mut depth = Depth::default();
    let Some(stream) = streams::find(&topology.connection, &name).await? else {
        return Ok(depth);
    };
    let stored = stream.cached_info().state.messages;
    let consumers = topology::consumers(&stream).await?;
    for info in &consumers {
        if info.name == names::BACKLOG || is_of(info, topology, subject) {
            // A consumer that was killed with its server may still list
            // messages whose acknowledgement the stream has noted.
            let pending = u64::try_from(info.num_ack_pending).unwrap_or_default();
            depth.ready += info.num_pending;
            depth.leased += pending.min(stored.saturating_sub(info.num_pending));
        }
    }
    if !replies && !consumers.iter().any(|info| is_foreign(info, topology, subject)) {
        // What no consumer lists any more is found by the recovery.
        depth.ready += stored.saturating_sub(depth.total());
    }
    Ok(depth)
}

/// Whether a consumer of a stream, which callers may share, is of this subject.
fn is_of(info: &Info, topology: &Topology, subject: &str) -> bool {
    let prefix = &topology.config.prefix;
    topology::lanes().any(|lane| info.config.filter_subject == names::lane(prefix, subject, lane))
}

/// Whether a consumer is somebody else's, for whom messages may be kept that every group
/// has handled.
fn is_foreign(info: &Info, topology: &Topology, subject: &str) -> bool {
    info.name != names::BACKLOG && !is_of(info, topology, subject)
}

pub(super) async fn browse(
    topology: &Topology,
    subject: &str,
    after: u64,
    limit: usize,
) -> Result<Vec<Listed>, Error> {
    let prefix = &topology.config.prefix;
    let (name, _) = names::stream(prefix, subject);
    let Some(stream) = streams::find(&topology.connection, &name).await? else {
        return Ok(Vec::new());
    };
    let consumers = topology::consumers(&stream).await?;
    let all_lanes = names::all_lanes(prefix, subject);
    let (mut found, mut next) = (Vec::new(), after + 1);
    while found.len() < limit {
        let Some(read) = message_from(topology, &name, &all_lanes, next).await? else { break };
        next = read.sequence + 1;
        let headers = message::read(&read.headers);
        let id = source::id(read.sequence, SystemTime::from(read.time));
        for group in waiting(&consumers, &read.subject, read.sequence) {
            let stored = Stored {
                position: read.sequence,
                group,
                headers: headers.clone(),
                body: read.payload.clone(),
                starts: 0,
            };
            found.push(Listed { stored, id: id.clone() });
        }
    }
    found.truncate(limit);
    Ok(found)
}

#[derive(Serialize)]
struct Get<'a> {
    seq: u64,
    next_by_subj: &'a str,
}

#[derive(Deserialize)]
struct Got {
    message: Option<RawMessage>,
}

/// The first message of a stream from a position on. The client library has
/// no such call that takes a wildcard.
pub(super) async fn message_from(
    topology: &Topology,
    stream: &str,
    subjects: &str,
    position: u64,
) -> Result<Option<StreamMessage>, Error> {
    let request = Get { seq: position, next_by_subj: subjects };
    let asked = format!("STREAM.MSG.GET.{stream}");
    let got: Got =
        topology.connection.jetstream.request(asked, &request).await.map_err(unavailable)?;
    got.message.map(StreamMessage::try_from).transpose().map_err(unavailable)
}

/// The groups that have not acknowledged everything up to a message.
fn waiting(consumers: &[Info], subject: &str, sequence: u64) -> Vec<String> {
    let waits = |info: &&Info| {
        let behind = info.ack_floor.stream_sequence < sequence;
        behind && (info.name == names::BACKLOG || info.config.filter_subject == subject)
    };
    consumers.iter().filter(waits).map(|info| names::group(&info.name)).collect()
}
