//! Declaring topics: made where they are missing, refused where they exist in
//! another form.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;

use super::connection::{ANSWER, Connection};
use super::{names, unavailable};
use crate::broker::remote::{is_reply, lane_of};
use crate::broker::{Error, ErrorKind};

/// How long replies are kept that nobody waits for.
const REPLIES: Duration = Duration::from_secs(3600);

/// A topic that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) partitions: i32,
    replication: usize,
}

/// The largest message of topics whose settings are not told: Kafka's default of
/// `max.message.bytes`.
const MAX_MESSAGE: usize = 1_048_588;

/// What a batch of one message has beside its key, headers and body.
const BATCH: usize = 512;

/// Topics that were found in order.
pub(super) struct Topics {
    /// The partitions of each.
    known: Mutex<HashMap<String, i32>>,
    /// The smallest `max.message.bytes` of them.
    max_message: AtomicUsize,
}

impl Default for Topics {
    fn default() -> Self {
        Self { known: Mutex::default(), max_message: AtomicUsize::new(usize::MAX) }
    }
}

impl Topics {
    /// The topic of a subject and its number of partitions; made where it is
    /// missing.
    pub(super) async fn ensure(
        &self,
        connection: &Connection,
        subject: &str,
    ) -> Result<(String, i32), Error> {
        let topic = name(connection, subject);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&topic).copied();
        if let Some(partitions) = known {
            return Ok((topic, partitions));
        }
        // In a box, which keeps all that this takes out of every publish.
        let found = Box::pin(self.find_or_make(connection, &topic, is_reply(subject))).await?;
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(topic.clone(), found.partitions);
        Ok((topic, found.partitions))
    }

    async fn find_or_make(
        &self,
        connection: &Connection,
        topic: &str,
        replies: bool,
    ) -> Result<Found, Error> {
        let found = match find(connection, topic).await? {
            Some(found) => found,
            None => make(connection, topic, replies).await?,
        };
        let told = Told::ask(connection, topic).await;
        compare(connection, topic, found, &told)?;
        self.max_message.fetch_min(told.max_message, Ordering::Relaxed);
        Ok(found)
    }

    pub(super) fn forget(&self, topic: &str) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(topic);
    }

    /// What every topic takes that was seen; the usual before there is any.
    pub(super) fn max_message(&self) -> usize {
        let told = Some(self.max_message.load(Ordering::Relaxed)).filter(|most| *most < usize::MAX);
        told.unwrap_or(MAX_MESSAGE).saturating_sub(BATCH)
    }
}

pub(super) fn name(connection: &Connection, subject: &str) -> String {
    let prefix = &connection.config.prefix;
    if is_reply(subject) { names::replies(prefix) } else { names::topic(prefix, subject) }
}

/// The partition of the topic of replies where a subject's are.
pub(super) fn place_of(subject: &str, partitions: i32) -> i32 {
    let partitions = usize::try_from(partitions).unwrap_or(1);
    i32::try_from(lane_of(subject, partitions)).unwrap_or_default()
}

/// The topic as it is; `None` where there is none.
pub(super) async fn find(connection: &Connection, topic: &str) -> Result<Option<Found>, Error> {
    let name = topic.to_owned();
    let asked = connection.ask("agentgen", move |observer| {
        let metadata = observer.fetch_metadata(Some(&name), ANSWER)?;
        let Some(topic) = metadata.topics().iter().find(|topic| topic.name() == name) else {
            return Ok(None);
        };
        match topic.error().map(RDKafkaErrorCode::from) {
            Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => {
                return Ok(None);
            }
            Some(code) => return Err(KafkaError::MetadataFetch(code)),
            None => {}
        }
        let Some(first) = topic.partitions().first() else { return Ok(None) };
        let partitions = i32::try_from(topic.partitions().len()).unwrap_or(i32::MAX);
        Ok(Some(Found { partitions, replication: first.replicas().len() }))
    });
    asked.await
}

async fn make(connection: &Connection, topic: &str, replies: bool) -> Result<Found, Error> {
    let config = &connection.config;
    if !config.declare {
        let text = format!("topic `{topic}` is missing, and `topology=verify` makes none");
        return Err(Error::config(text));
    }
    let retention = if replies { REPLIES } else { config.retention };
    let retention = match retention.as_millis() {
        0 => "-1".to_owned(),
        millis => millis.to_string(),
    };
    let replication = TopicReplication::Fixed(config.new_replication());
    let new = NewTopic::new(topic, config.new_partitions(), replication)
        .set("retention.ms", &retention)
        .set("cleanup.policy", "delete");
    let options = AdminOptions::new().operation_timeout(Some(ANSWER)).request_timeout(Some(ANSWER));
    let made = connection.admin.create_topics([&new], &options).await.map_err(unavailable)?;
    for result in made {
        match result {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((_, code)) if is_passing(code) => return Err(unavailable(code)),
            Err((_, code)) => {
                let text = format!("Kafka refuses to make topic `{topic}`");
                return Err(Error::config(text).with_source(code));
            }
        }
    }
    let since = Instant::now();
    while since.elapsed() < ANSWER {
        if let Some(found) = find(connection, topic).await? {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err(Error::new(ErrorKind::Unavailable, format!("topic `{topic}` was made, and is not there")))
}

/// Whether the same may be possible later.
fn is_passing(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        code,
        Code::RequestTimedOut
            | Code::OperationTimedOut
            | Code::NotController
            | Code::BrokerTransportFailure
            | Code::CoordinatorNotAvailable
            | Code::NetworkException
    )
}

/// Refuses a topic that would not keep its promises.
fn compare(connection: &Connection, topic: &str, found: Found, told: &Told) -> Result<(), Error> {
    let Found { partitions, replication } = found;
    let count = usize::try_from(partitions).unwrap_or_default();
    let difference = match connection.config.difference(count, replication) {
        None if told.compacted => {
            Some("`cleanup.policy=compact`, which drops messages that share a key".to_owned())
        }
        difference => difference.map(|difference| format!("another number: {difference}")),
    };
    let Some(difference) = difference else { return Ok(()) };
    Err(Error::config(format!(
        "topic `{topic}` exists with {difference}: use the same options everywhere, another \
         `prefix=`, or change or delete the topic"
    )))
}

/// The settings of a topic. A server that does not tell them is believed.
struct Told {
    compacted: bool,
    max_message: usize,
}

impl Told {
    async fn ask(connection: &Connection, topic: &str) -> Self {
        let options = AdminOptions::new().request_timeout(Some(ANSWER));
        let asked = [ResourceSpecifier::Topic(topic)];
        let told = connection.admin.describe_configs(&asked, &options).await;
        let told: Vec<_> = told.into_iter().flatten().flatten().collect();
        let setting = |name: &str| told.iter().find_map(|one| one.get(name)?.value.as_deref());
        let max_message = setting("max.message.bytes").and_then(|bytes| bytes.parse().ok());
        Self {
            compacted: setting("cleanup.policy").is_some_and(|policy| policy.contains("compact")),
            max_message: max_message.unwrap_or(usize::MAX),
        }
    }
}
