//! What can be asked about the messages of a subject. The protocol counts what is
//! ready and shows nothing: browsing takes messages out and gives them back.

use std::time::Duration;

use lapin::Channel;
use lapin::message::BasicGetMessage;
use lapin::options::{BasicGetOptions, BasicNackOptions, QueueDeclareOptions};
use lapin::protocol::AMQPSoftError;
use lapin::types::FieldTable;

use super::connection::Link;
use super::names::Named;
use super::{Shared, answered, message, names, unavailable};
use crate::broker::remote::Listed;
use crate::broker::{Depth, Error, Stored};

/// The most messages of a queue that are looked at in one go.
const MOST: usize = 10_000;

pub(super) async fn depth(shared: &Shared, subject: &str) -> Result<Depth, Error> {
    let mut depth = Depth::default();
    let link = shared.connection.asking().await?;
    let mut counter = Counter { link: &link, channel: None };
    for queue in shared.queues.list(subject).await? {
        let count = counter.count(&queue).await?;
        if names::read(&queue).delayed {
            depth.delayed += count;
        } else {
            depth.ready += count;
        }
    }
    let held = shared.held(subject);
    depth.ready += held.waiting;
    depth.leased += held.leased;
    depth.delayed += held.parked;
    Ok(depth)
}

/// Asks for queues over one channel, for as long as it lasts.
struct Counter<'a> {
    link: &'a Link,
    channel: Option<Channel>,
}

impl Counter<'_> {
    /// How many messages of a queue are ready; none where it is gone.
    async fn count(&mut self, queue: &str) -> Result<u64, Error> {
        let channel = match self.channel.take() {
            Some(channel) => channel,
            None => self.link.channel().await?,
        };
        let options = QueueDeclareOptions::durable().passive();
        let found = channel.queue_declare(queue.into(), options, FieldTable::default());
        match answered(found).await {
            Ok(found) => {
                self.channel = Some(channel);
                Ok(found.message_count().into())
            }
            // The refusal has closed the channel.
            Err(error) if error.refusal() == Some(AMQPSoftError::NOTFOUND) => Ok(0),
            Err(error) => Err(unavailable(error)),
        }
    }
}

pub(super) async fn browse(
    shared: &Shared,
    subject: &str,
    after: u64,
    limit: usize,
) -> Result<Vec<Listed>, Error> {
    let link = shared.connection.asking().await?;
    let first = shared.queues.first(subject).await?;
    let mut found = Vec::new();
    for queue in shared.queues.list(subject).await? {
        // Of a lane no consumer but its own may take anything.
        let Named { group, ordered, .. } = names::read(&queue);
        if ordered {
            continue;
        }
        let group = if group.is_empty() { first.clone().unwrap_or_default() } else { group };
        let look = Look { link: &link, queue: &queue, after, limit };
        for (position, got) in look.take().await? {
            let (headers, marks) = message::read(&got.properties);
            let (group, body) = (group.clone(), got.delivery.data.into());
            let stored = Stored { position, group, headers, body, starts: 0 };
            found.push(Listed { stored, id: marks.id });
        }
    }
    found.sort_by_key(|listed| listed.stored.position);
    found.truncate(limit);
    Ok(found)
}

/// One look into a queue.
struct Look<'a> {
    link: &'a Link,
    queue: &'a str,
    after: u64,
    limit: usize,
}

impl Look<'_> {
    /// Takes messages out, oldest first, and gives them back.
    async fn take(&self) -> Result<Vec<(u64, BasicGetMessage)>, Error> {
        // To ask a queue for a message that is being declared closes the connection; to
        // count does not.
        let count = Counter { link: self.link, channel: None }.count(self.queue).await?;
        let most = usize::try_from(count).unwrap_or(MOST).min(MOST);
        let channel = self.link.channel().await?;
        let (mut found, mut seen, mut last) = (Vec::new(), 0, 0);
        while found.len() < self.limit && seen < most {
            let got = channel.basic_get(self.queue.into(), BasicGetOptions::default());
            let got = match answered(got).await {
                Ok(Some(got)) => got,
                Ok(None) => break,
                Err(error) if error.refusal() == Some(AMQPSoftError::NOTFOUND) => break,
                Err(error) => return Err(unavailable(error)),
            };
            seen += 1;
            last = got.delivery_tag;
            let (_, marks) = message::read(&got.properties);
            let position = message::position(&marks.id).unwrap_or(seen as u64);
            if position > self.after {
                found.push((position, got));
            }
        }
        if seen > 0 {
            let options = BasicNackOptions { multiple: true, requeue: true };
            answered(channel.basic_nack(last, options)).await.map_err(unavailable)?;
            self.back(seen).await?;
        }
        Ok(found)
    }

    /// Waits until what was taken is there again, or taken by somebody else.
    async fn back(&self, seen: usize) -> Result<(), Error> {
        let mut counter = Counter { link: self.link, channel: None };
        for _ in 0..20 {
            if counter.count(self.queue).await? >= seen as u64 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}
