//! On `rdkafka`: a topic, and a file for what Kafka does not keep. What is done with is
//! committed up to the first message that is not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::{LocalBoxFuture, join_all};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::consumer::{CommitMode, Consumer as _, StreamConsumer};
use rdkafka::message::{BorrowedMessage, Header, Headers as _, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::util::Timeout;
use rdkafka::{ClientConfig, Message as _, Offset, TopicPartitionList};
use tokio::sync::{Notify, watch};

use super::ledger::Ledger;
use super::{Begun, Event, Headers, Held, work};
use crate::tally::Tally;
use crate::{Round, Speed, speed};

const TOPIC: &str = "jobs";
const PARTITIONS: i32 = 8;

/// What is done with, and how far that is committed.
struct Commits {
    consumer: Arc<StreamConsumer>,
    done: Mutex<Done>,
    dirty: Notify,
    written: watch::Sender<u64>,
}

#[derive(Default)]
struct Done {
    settled: u64,
    partitions: BTreeMap<i32, Partition>,
}

/// The first message that is not done with, and those after it that are.
struct Partition {
    floor: i64,
    done: BTreeSet<i64>,
}

impl Commits {
    fn new(consumer: Arc<StreamConsumer>) -> Arc<Self> {
        let (written, _) = watch::channel(0);
        let commits = Self { consumer, done: Mutex::default(), dirty: Notify::new(), written };
        let commits = Arc::new(commits);
        tokio::spawn(Arc::clone(&commits).write());
        commits
    }

    /// A message came; those of a partition come in order.
    fn came(&self, partition: i32, offset: i64) {
        let mut done = self.done.lock().expect("nobody panicked");
        let first = || Partition { floor: offset, done: BTreeSet::new() };
        done.partitions.entry(partition).or_insert_with(first);
    }

    /// Settles a message; resolves once that is committed.
    async fn settle(&self, partition: i32, offset: i64) {
        let number = {
            let mut done = self.done.lock().expect("nobody panicked");
            let place = done.partitions.get_mut(&partition).expect("it came");
            place.done.insert(offset);
            while place.done.remove(&place.floor) {
                place.floor += 1;
            }
            done.settled += 1;
            done.settled
        };
        let mut written = self.written.subscribe();
        self.dirty.notify_one();
        written.wait_for(|written| *written >= number).await.expect("the committer runs");
    }

    async fn write(self: Arc<Self>) {
        loop {
            self.dirty.notified().await;
            let (number, offsets) = {
                let done = self.done.lock().expect("nobody panicked");
                let mut offsets = TopicPartitionList::new();
                for (partition, place) in &done.partitions {
                    let offset = Offset::Offset(place.floor);
                    offsets.add_partition_offset(TOPIC, *partition, offset).expect("an offset");
                }
                (done.settled, offsets)
            };
            let consumer = Arc::clone(&self.consumer);
            let commit = move || consumer.commit(&offsets, CommitMode::Sync);
            let committed = tokio::task::spawn_blocking(commit).await.expect("no panic");
            committed.expect("it is committed");
            self.written.send_replace(number);
        }
    }
}

#[derive(Clone)]
struct Delivered {
    ledger: Ledger,
    producer: FutureProducer,
    commits: Arc<Commits>,
    place: (i32, i64),
    message: (Headers, Bytes),
    id: String,
    attempt: u32,
}

/// Resolves once every replica in sync has the message.
async fn send(producer: &FutureProducer, topic: &str, headers: OwnedHeaders, body: &[u8]) {
    let record = FutureRecord::<(), [u8]>::to(topic).payload(body).headers(headers);
    producer.send(record, Timeout::Never).await.expect("the message is stored");
}

fn with(headers: OwnedHeaders, name: &str, value: &str) -> OwnedHeaders {
    headers.insert(Header { key: name, value: Some(value) })
}

async fn publish(producer: &FutureProducer, ledger: &Ledger, source: &str) {
    let Event { id, headers, body } = Event::new(source);
    if ledger.has_seen(&id).await {
        return;
    }
    let none = OwnedHeaders::new_with_capacity(headers.len());
    let headers = headers.iter().fold(none, |all, (name, value)| with(all, name, value));
    send(producer, TOPIC, headers, &body).await;
    ledger.saw(&id).await;
}

impl Delivered {
    async fn acknowledge(self) {
        self.commits.settle(self.place.0, self.place.1).await;
        self.ledger.forget(&self.id);
    }

    fn headers(&self) -> OwnedHeaders {
        let headers = self.message.0.iter();
        headers.fold(OwnedHeaders::new(), |all, (name, value)| with(all, name, value))
    }
}

impl Held for Delivered {
    async fn begin(&mut self, key: &str) -> Begun {
        let begun = self.ledger.begin(&self.id, key).await;
        if let Begun::Run(attempt) = begun {
            self.attempt = attempt;
        }
        begun
    }

    async fn renew(&self) -> bool {
        // The partition is ours for as long as the client library polls.
        true
    }

    async fn finish(self, key: &str, result: Vec<u8>) {
        if self.ledger.finish(&self.id, self.attempt, key, result).await {
            self.acknowledge().await;
        }
    }

    async fn drop_it(self) {
        self.acknowledge().await;
    }

    async fn again(self, pause: Duration) {
        self.ledger.pause(&self.id).await;
        tokio::time::sleep(pause).await;
        send(&self.producer, TOPIC, self.headers(), &self.message.1).await;
        self.commits.settle(self.place.0, self.place.1).await;
    }

    async fn bury(self, why: &str, _: Headers, body: Bytes) {
        let headers = with(self.headers(), "dead-reason", why);
        send(&self.producer, "dead", headers, &body).await;
        self.acknowledge().await;
    }
}

fn read(message: &BorrowedMessage<'_>) -> (Headers, Bytes) {
    let text =
        |value: Option<&[u8]>| String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
    let headers = message.headers().into_iter().flat_map(|headers| headers.iter());
    let headers = headers.map(|header| (header.key.to_owned(), text(header.value))).collect();
    (headers, Bytes::copy_from_slice(message.payload().unwrap_or_default()))
}

async fn declare(settings: &ClientConfig) {
    let admin: AdminClient<_> = settings.create().expect("a client");
    let topics =
        [TOPIC, "dead"].map(|name| NewTopic::new(name, PARTITIONS, TopicReplication::Fixed(1)));
    let made = admin.create_topics(&topics, &AdminOptions::new()).await.expect("topics");
    assert!(made.iter().all(Result::is_ok), "{made:?}");
}

pub(crate) fn round(round: Round) -> LocalBoxFuture<'static, Speed> {
    Box::pin(async move {
        let Round { url, at_once, messages } = round;
        let (server, ledger) = url.split_once("?ledger=").expect("a ledger");
        let ledger = Ledger::open(ledger);
        let mut settings = ClientConfig::new();
        settings.set("bootstrap.servers", server.trim_start_matches("kafka://"));
        settings.set("socket.nagle.disable", "true");
        declare(&settings).await;
        let mut producer = settings.clone();
        producer.set("enable.idempotence", "true").set("linger.ms", "0");
        let producer: FutureProducer = producer.create().expect("a producer");
        let start = Instant::now();
        let publisher = |number: usize| {
            let (producer, ledger) = (&producer, &ledger);
            async move {
                let source = format!("/by-hand/{number}");
                for _ in 0..messages / at_once {
                    publish(producer, ledger, &source).await;
                }
            }
        };
        join_all((0..at_once).map(publisher)).await;
        let messages = messages / at_once * at_once;
        let publish = speed(messages, start.elapsed());

        let tally = Tally::of(messages);
        settings.set("group.id", "workers").set("enable.auto.commit", "false");
        settings.set("auto.offset.reset", "earliest").set("fetch.wait.max.ms", "100");
        let consumer: StreamConsumer = settings.create().expect("a consumer");
        let consumer = Arc::new(consumer);
        consumer.subscribe(&[TOPIC]).expect("a subscription");
        let commits = Commits::new(Arc::clone(&consumer));
        let work = consumer.stream().take(messages).map(|message| {
            let message = message.expect("a message");
            let place = (message.partition(), message.offset());
            commits.came(place.0, place.1);
            let (commits, message) = (Arc::clone(&commits), read(&message));
            let id = message.0.iter().find(|(name, _)| name == "ce-id");
            let id = id.map(|(_, id)| id.clone()).expect("every message has an id");
            let (ledger, producer, tally) = (ledger.clone(), producer.clone(), tally.clone());
            let (headers, body) = message.clone();
            let held = Delivered { ledger, producer, commits, place, message, id, attempt: 0 };
            async move { work(held, headers, body, &tally).await }
        });
        work.buffer_unordered(at_once).count().await;
        Speed { publish, consume: tally.speed() }
    })
}
