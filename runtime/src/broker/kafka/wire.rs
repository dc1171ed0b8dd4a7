//! The wire over Kafka: who of this process consumes what.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_core::future::BoxFuture;
use rdkafka::Offset;
use rdkafka::topic_partition_list::TopicPartitionListElem;

use super::connection::Connection;
use super::hub::{Hub, Mode};
use super::publish::{self, Publisher};
use super::source::Seat;
use super::topics::{self, Topics};
use super::{groups, query, unavailable};
use crate::broker::remote::{Listed, Source, Wire, is_reply};
use crate::broker::{Capabilities, Capability, Depth, Error, Publish, Published, Subscription};

/// How long a consumer may take to leave its group.
const LEAVING: Duration = Duration::from_secs(10);

/// Subject and group.
type Queue = (String, String);

/// One connection.
pub(super) struct Kafka {
    connection: Arc<Connection>,
    topics: Topics,
    publisher: Publisher,
    hubs: Mutex<BTreeMap<Queue, Arc<Hub>>>,
    joining: tokio::sync::Mutex<()>,
}

impl Kafka {
    pub(super) fn new(connection: Connection) -> Result<Self, Error> {
        let publisher = Publisher::open(&connection)?;
        let (connection, topics) = (Arc::new(connection), Topics::default());
        Ok(Self {
            connection,
            topics,
            publisher,
            hubs: Mutex::default(),
            joining: tokio::sync::Mutex::default(),
        })
    }

    async fn enter(&self, subscription: Subscription) -> Result<Box<dyn Source>, Error> {
        let queue = (subscription.subject.clone(), subscription.group.clone());
        // One at a time: the second one finds what the first one has made.
        let _joining = self.joining.lock().await;
        if let Some(hub) = self.seat(&queue) {
            return Ok(Box::new(Seat::new(hub, &subscription)));
        }
        let (topic, mode) = self.mode(&subscription).await?;
        let hub = Hub::start(Arc::clone(&self.connection), topic, mode)?;
        hub.enter();
        let mut hubs = self.hubs.lock().unwrap_or_else(PoisonError::into_inner);
        hubs.retain(|_, hub| !hub.has_ended());
        hubs.insert(queue, Arc::clone(&hub));
        drop(hubs);
        Ok(Box::new(Seat::new(hub, &subscription)))
    }

    /// A seat at a hub that works.
    fn seat(&self, queue: &Queue) -> Option<Arc<Hub>> {
        let hubs = self.hubs.lock().unwrap_or_else(PoisonError::into_inner);
        hubs.get(queue).filter(|hub| hub.enter()).cloned()
    }

    /// Declares what a consumer needs; the topic, and how its messages come.
    async fn mode(&self, subscription: &Subscription) -> Result<(String, Mode), Error> {
        let Subscription { subject, group, ephemeral, .. } = subscription;
        let (topic, partitions) = self.topics.ensure(&self.connection, subject).await?;
        if !ephemeral {
            let names = (subject.as_str(), group.as_str());
            let group = groups::join(&self.connection, names, (&topic, partitions)).await?;
            return Ok((topic, Mode::Group(group)));
        }
        let mut ends = self.connection.offsets(&topic, partitions, Offset::End).await?;
        let key = is_reply(subject).then(|| subject.clone());
        if key.is_some() {
            let place = topics::place_of(subject, partitions);
            ends.retain(|partition, _| *partition == place);
        }
        let mut from = rdkafka::TopicPartitionList::new();
        for (partition, end) in ends {
            let at = Offset::Offset(end);
            from.add_partition_offset(&topic, partition, at).map_err(unavailable)?;
        }
        Ok((topic, Mode::Alone { from, key }))
    }

    fn hubs_of(&self, subject: &str) -> Vec<Arc<Hub>> {
        let hubs = self.hubs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = Vec::new();
        for ((of, _), hub) in hubs.iter() {
            if of == subject && !hub.has_ended() {
                found.push(Arc::clone(hub));
            }
        }
        found
    }

    async fn count(&self, subject: &str) -> Result<Depth, Error> {
        let mut total =
            if is_reply(subject) { 0 } else { query::total(&self.connection, subject).await? };
        let (mut delayed, mut leased) = (0, 0);
        for hub in self.hubs_of(subject) {
            if let Mode::Alone { from, .. } = &hub.mode {
                let last = from.elements().iter().map(TopicPartitionListElem::partition).max();
                let partitions = last.map_or(0, |last| last + 1);
                let ends = self.connection.offsets(&hub.topic, partitions, Offset::End).await?;
                total += hub.desk().total(&ends);
            }
            let desk = hub.desk();
            delayed += desk.paused();
            leased += desk.leased();
        }
        let leased = leased.min(total);
        let delayed = delayed.min(total - leased);
        Ok(Depth { ready: total - leased - delayed, delayed, leased })
    }

    async fn finish(&self) {
        let hubs: Vec<_> = {
            let mut hubs = self.hubs.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *hubs).into_values().collect()
        };
        for hub in &hubs {
            hub.end();
        }
        for hub in hubs {
            let mut gone = hub.gone.subscribe();
            // One that does not come to an end is left to its session.
            let _ = tokio::time::timeout(LEAVING, gone.wait_for(|gone| *gone)).await;
        }
        self.publisher.flush().await;
    }
}

impl Drop for Kafka {
    fn drop(&mut self) {
        for hub in self.hubs.get_mut().unwrap_or_else(PoisonError::into_inner).values() {
            hub.end();
        }
    }
}

impl Wire for Kafka {
    fn capabilities(&self) -> Capabilities {
        const CAPABILITIES: Capabilities = Capabilities::new(&[
            Capability::Durable,
            Capability::Shared,
            Capability::Backlog,
            Capability::Browse,
        ]);
        CAPABILITIES
    }

    fn max_message(&self) -> Option<usize> {
        Some(self.topics.max_message())
    }

    fn dedupe_is_free(&self) -> bool {
        false
    }

    fn hands_over(&self) -> bool {
        true
    }

    fn publish(&self, message: Publish) -> BoxFuture<'_, Result<Published, Error>> {
        Box::pin(publish::publish(&self.publisher, &self.topics, &self.connection, message))
    }

    fn prepare<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { self.topics.ensure(&self.connection, subject).await.map(drop) })
    }

    fn join(&self, subscription: Subscription) -> BoxFuture<'_, Result<Box<dyn Source>, Error>> {
        Box::pin(self.enter(subscription))
    }

    fn depth<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Depth, Error>> {
        Box::pin(self.count(subject))
    }

    fn browse<'a>(
        &'a self,
        subject: &'a str,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Listed>, Error>> {
        Box::pin(query::browse(&self.connection, subject, after, limit))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            self.finish().await;
            Ok(())
        })
    }
}
