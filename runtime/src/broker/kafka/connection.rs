//! The clients of the client library: one that publishes, one that asks, and one
//! for each group that is asked about. Each reconnects by itself.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::admin::AdminClient;
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::config::Config;
use super::unavailable;
use crate::broker::ledger::Ledger;
use crate::broker::{Error, ErrorKind};

/// How long an answer is waited for.
pub(super) const ANSWER: Duration = Duration::from_secs(5);

/// The pause before the same is asked again.
const AGAIN: Duration = Duration::from_millis(100);

/// How long the server is waited for at first.
const CONNECT: Duration = Duration::from_secs(10);

/// A way to ask Kafka, and the ledger beside it.
pub(super) struct Connection {
    pub(super) config: Config,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) admin: AdminClient<DefaultClientContext>,
    /// By the name of their consumer group, which they do not join.
    observers: Mutex<HashMap<String, Arc<BaseConsumer>>>,
}

impl Connection {
    pub(super) async fn open(config: Config, ledger: Arc<dyn Ledger>) -> Result<Self, Error> {
        let admin = settings(&config).create().map_err(refused)?;
        let connection = Self { config, ledger, admin, observers: Mutex::default() };
        connection.greet().await?;
        Ok(connection)
    }

    /// Waits for the first answer, so that a wrong address or password is told.
    async fn greet(&self) -> Result<(), Error> {
        let place = format!("no connection to Kafka at `{}`", self.config.hosts);
        let asked = self.ask("agentgen", |observer| {
            observer.fetch_metadata(Some("agentgen"), CONNECT).map(drop)
        });
        asked.await.map_err(|error| match error.kind() {
            ErrorKind::Unavailable => Error::new(error.kind(), place).with_source(error),
            _ => error,
        })
    }

    /// The settings of a consumer that joins a group.
    pub(super) fn consumer_settings(&self, group: &str) -> ClientConfig {
        let session = self.config.session.as_millis();
        let mut settings = settings(&self.config);
        settings
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            // Where nothing is committed, nothing was promised to be left out.
            .set("auto.offset.reset", "earliest")
            // What stays where it is stays in hand.
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", session.to_string())
            .set("heartbeat.interval.ms", (session / 5).clamp(100, 3000).to_string())
            .set("max.poll.interval.ms", session.max(300_000).to_string())
            .set("queued.min.messages", "500")
            .set("queued.max.messages.kbytes", "16384")
            // Of a second otherwise, in which so few messages are long used up.
            .set("fetch.queue.backoff.ms", "20")
            .set("fetch.wait.max.ms", "100")
            .set("fetch.error.backoff.ms", "100");
        settings
    }

    /// The settings of the one that publishes.
    pub(super) fn producer_settings(&self) -> ClientConfig {
        let mut settings = settings(&self.config);
        settings
            // With it: confirmed by all replicas in sync, in order, once.
            .set("enable.idempotence", "true")
            .set("message.timeout.ms", ANSWER.as_millis().to_string())
            .set("request.timeout.ms", ANSWER.as_millis().to_string())
            // The topic's limit is the one that counts.
            .set("message.max.bytes", "1000000000")
            // The one of Kafka's own clients: all publishers agree on a key's place.
            .set("partitioner", "murmur2_random")
            .set("linger.ms", "0");
        settings
    }

    /// Asks something that blocks, as a group that is not joined; again, where the
    /// answer is that somebody else is to be asked.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        group: &str,
        question: impl Fn(&BaseConsumer) -> Result<T, KafkaError> + Send + 'static,
    ) -> Result<T, Error> {
        let observer = self.observer(group)?;
        let asked = tokio::task::spawn_blocking(move || {
            let since = Instant::now();
            loop {
                // Drops what was told on the side before.
                while observer.poll(Duration::ZERO).is_some() {}
                match question(&observer) {
                    Err(error) if is_passing(&error) && since.elapsed() < ANSWER => {
                        std::thread::sleep(AGAIN);
                    }
                    // What the way to the server fails for is told on the side.
                    Err(error) => {
                        let told = observer.poll(Duration::ZERO).and_then(Result::err);
                        return Err(unavailable(told.unwrap_or(error)));
                    }
                    answer => return answer.map_err(unavailable),
                }
            }
        });
        asked.await.map_err(unavailable)?
    }

    fn observer(&self, group: &str) -> Result<Arc<BaseConsumer>, Error> {
        let mut observers = self.observers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(observer) = observers.get(group) {
            return Ok(Arc::clone(observer));
        }
        let observer = Arc::new(self.reader(group)?);
        observers.insert(group.to_owned(), Arc::clone(&observer));
        Ok(observer)
    }

    /// A consumer that joins nothing.
    pub(super) fn reader(&self, group: &str) -> Result<BaseConsumer, Error> {
        let mut settings = settings(&self.config);
        settings.set("group.id", group).set("enable.auto.commit", "false");
        settings.set("auto.offset.reset", "earliest").set("enable.partition.eof", "true");
        settings.create().map_err(refused)
    }

    /// The offsets at which partitions of a topic begin or end.
    pub(super) async fn offsets(
        &self,
        topic: &str,
        partitions: i32,
        at: Offset,
    ) -> Result<BTreeMap<i32, i64>, Error> {
        let asked = of(topic, 0..partitions, at).map_err(unavailable)?;
        self.ask("agentgen", move |observer| {
            read(&observer.offsets_for_times(asked.clone(), ANSWER)?)
        })
        .await
    }

    /// Where a group has committed; absent where it has not.
    pub(super) async fn committed(
        &self,
        group: &str,
        topic: &str,
        partitions: std::ops::Range<i32>,
    ) -> Result<BTreeMap<i32, i64>, Error> {
        let asked = of(topic, partitions, Offset::Invalid).map_err(unavailable)?;
        self.ask(group, move |observer| read(&observer.committed_offsets(asked.clone(), ANSWER)?))
            .await
    }
}

/// Partitions of a topic, each at this offset.
pub(super) fn of(
    topic: &str,
    partitions: std::ops::Range<i32>,
    at: Offset,
) -> Result<TopicPartitionList, KafkaError> {
    let mut list = TopicPartitionList::new();
    for partition in partitions {
        list.add_partition_offset(topic, partition, at)?;
    }
    Ok(list)
}

fn read(found: &TopicPartitionList) -> Result<BTreeMap<i32, i64>, KafkaError> {
    let mut offsets = BTreeMap::new();
    for element in found.elements() {
        element.error()?;
        if let Offset::Offset(offset) = element.offset() {
            offsets.insert(element.partition(), offset);
        }
    }
    Ok(offsets)
}

/// Whether the same may be possible in a moment: somebody else has taken over.
fn is_passing(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    let code = error.rdkafka_error_code();
    code.is_some_and(|code| {
        matches!(
            code,
            Code::NotCoordinator
                | Code::CoordinatorNotAvailable
                | Code::CoordinatorLoadInProgress
                | Code::NotLeaderForPartition
                | Code::LeaderNotAvailable
        )
    })
}

/// What all clients have in common.
fn settings(config: &Config) -> ClientConfig {
    let mut settings = ClientConfig::new();
    settings
        .set("bootstrap.servers", &config.hosts)
        .set("client.id", "agentgen")
        .set("socket.nagle.disable", "true")
        .set("reconnect.backoff.ms", "20")
        .set("reconnect.backoff.max.ms", "1000");
    let protocol = match (config.tls, config.credentials.is_some()) {
        (false, false) => "plaintext",
        (false, true) => "sasl_plaintext",
        (true, false) => "ssl",
        (true, true) => "sasl_ssl",
    };
    settings.set("security.protocol", protocol);
    if let Some(ca) = &config.ca {
        settings.set("ssl.ca.location", ca);
    }
    if let Some(credentials) = &config.credentials {
        settings
            .set("sasl.mechanisms", credentials.mechanism)
            .set("sasl.username", &credentials.user)
            .set("sasl.password", &credentials.password);
    }
    settings
}

/// The client library does not take the settings.
pub(super) fn refused(error: KafkaError) -> Error {
    Error::config("the settings for Kafka do not fit").with_source(error)
}
