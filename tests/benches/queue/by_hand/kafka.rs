//! On `rdkafka`: a topic of jobs, and a file for what Kafka does not keep. What is tried
//! again stays in this process, since Kafka has no pauses.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::{LocalBoxFuture, join_all, ready};
use futures_util::stream;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::message::{BorrowedMessage, Header, Headers as _, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::util::Timeout;
use rdkafka::{ClientConfig, Message as _};
use tokio::sync::mpsc::{self, UnboundedSender};

use super::ledger::Ledger;
use super::offsets::{Committer, Offsets, Place};
use super::{Begun, Event, Headers, Held, work};
use crate::tally::Tally;
use crate::{Round, Speed, speed};

const JOBS: &str = "jobs";
const DEAD: &str = "dead";

/// As many as ours makes.
const PARTITIONS: i32 = 8;

/// A message as it was taken.
struct Taken {
    place: Place,
    id: String,
    headers: Headers,
    body: Bytes,
}

#[derive(Clone)]
struct Delivered {
    ledger: Ledger,
    offsets: Arc<Offsets>,
    committer: Committer,
    /// Where what is dead is published.
    producer: FutureProducer,
    /// Where what is tried again comes from.
    again: UnboundedSender<Arc<Taken>>,
    taken: Arc<Taken>,
    attempt: u32,
}

fn settings(hosts: &str) -> ClientConfig {
    let mut settings = ClientConfig::new();
    settings.set("bootstrap.servers", hosts).set("socket.nagle.disable", "true");
    settings
}

/// Publishes to a topic; resolves once every replica in sync has it.
async fn publish_to<'a>(
    producer: &FutureProducer,
    topic: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    body: &[u8],
) {
    let mut all = OwnedHeaders::new();
    for (name, value) in headers {
        let attribute = name.strip_prefix("ce-").map(|attribute| format!("ce_{attribute}"));
        let key = attribute.as_deref().unwrap_or(name);
        all = all.insert(Header { key, value: Some(value) });
    }
    let record = FutureRecord::<str, [u8]>::to(topic).payload(body).headers(all);
    let sent = producer.send(record, Timeout::Never).await;
    sent.map_err(|(error, _)| error).expect("it is stored");
}

async fn publish(producer: &FutureProducer, ledger: &Ledger, source: &str) {
    let Event { id, headers, body } = Event::new(source);
    if ledger.has_seen(&id).await {
        return;
    }
    let headers = headers.iter().map(|(name, value)| (*name, value.as_str()));
    publish_to(producer, JOBS, headers, &body).await;
    ledger.saw(&id).await;
}

impl Taken {
    fn read(message: &BorrowedMessage<'_>) -> Self {
        let mut read = Headers::new();
        for header in message.headers().into_iter().flat_map(|headers| headers.iter()) {
            let attribute = header.key.strip_prefix("ce_");
            let name = attribute.map_or_else(|| header.key.to_owned(), |it| format!("ce-{it}"));
            let value = String::from_utf8_lossy(header.value.unwrap_or_default());
            read.push((name, value.into_owned()));
        }
        let place = (message.partition(), message.offset());
        let id = format!("{}-{}", place.0, place.1);
        let body = message.payload().map(Bytes::copy_from_slice).unwrap_or_default();
        Self { place, id, headers: read, body }
    }
}

impl Delivered {
    async fn acknowledge(self) {
        self.committer.done(self.taken.place).await;
        self.ledger.forget(&self.taken.id);
    }
}

impl Held for Delivered {
    async fn begin(&mut self, key: &str) -> Begun {
        let begun = self.ledger.begin(&self.taken.id, key).await;
        if let Begun::Run(attempt) = begun {
            self.attempt = attempt;
        }
        begun
    }

    async fn renew(&self) -> bool {
        // It is held for as long as its partition is.
        self.offsets.has(self.taken.place.0)
    }

    async fn finish(self, key: &str, result: Vec<u8>) {
        if self.ledger.finish(&self.taken.id, self.attempt, key, result).await {
            self.acknowledge().await;
        }
    }

    async fn drop_it(self) {
        self.acknowledge().await;
    }

    async fn again(self, pause: Duration) {
        self.ledger.pause(&self.taken.id).await;
        let Self { again, taken, .. } = self;
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            // It is not committed: without this loop it comes to the next one.
            let _ = again.send(taken);
        });
    }

    async fn bury(self, why: &str, headers: Headers, body: Bytes) {
        let own = [("dead-reason", why)];
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        publish_to(&self.producer, DEAD, headers.chain(own), &body).await;
        self.acknowledge().await;
    }
}

async fn declare(hosts: &str) {
    let admin: AdminClient<DefaultClientContext> = settings(hosts).create().expect("a client");
    let new = |name| NewTopic::new(name, PARTITIONS, TopicReplication::Fixed(-1));
    let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(5)));
    let made = admin.create_topics(&[JOBS, DEAD].map(new), &options).await;
    for topic in made.expect("an answer") {
        topic.expect("a topic");
    }
}

fn producer(hosts: &str) -> FutureProducer {
    let mut settings = settings(hosts);
    // With it: confirmed by all replicas in sync, in order, once.
    settings.set("enable.idempotence", "true").set("linger.ms", "0");
    settings.create().expect("a producer")
}

fn consumer(hosts: &str) -> StreamConsumer<Offsets> {
    let mut settings = settings(hosts);
    settings.set("group.id", "workers").set("auto.offset.reset", "earliest");
    settings.set("enable.auto.commit", "false").set("enable.auto.offset.store", "false");
    settings.set("partition.assignment.strategy", "cooperative-sticky");
    settings.set("fetch.wait.max.ms", "100");
    let consumer: StreamConsumer<Offsets> =
        settings.create_with_context(Offsets::default()).expect("a consumer");
    consumer.subscribe(&[JOBS]).expect("a subscription");
    consumer
}

async fn handle(delivered: Delivered, tally: Tally) {
    let (headers, body) = (delivered.taken.headers.clone(), delivered.taken.body.clone());
    work(delivered, headers, body, &tally).await;
}

/// Handles what comes until all is handled; returns once the group is left.
async fn consume(
    hosts: &str,
    ledger: &Ledger,
    producer: &FutureProducer,
    at_once: usize,
    tally: &Tally,
) {
    let consumer = Arc::new(consumer(hosts));
    let (committer, thread) = Committer::start(Arc::clone(&consumer), JOBS);
    let offsets = Arc::clone(consumer.context());
    let (again, mut later) = mpsc::unbounded_channel();
    let fresh = consumer.stream().filter_map(|message| {
        // After an error the client library tries again for ever.
        let taken = message.ok().map(|message| Arc::new(Taken::read(&message)));
        if let Some(taken) = &taken {
            offsets.take(taken.place);
        }
        ready(taken)
    });
    let later = stream::poll_fn(|context| later.poll_recv(context));
    let work = stream::select(fresh, later).take_until(tally.done()).map(|taken| {
        let (ledger, producer, again) = (ledger.clone(), producer.clone(), again.clone());
        let (offsets, committer) = (Arc::clone(&offsets), committer.clone());
        let attempt = 0;
        let delivered = Delivered { ledger, offsets, committer, producer, again, taken, attempt };
        handle(delivered, tally.clone())
    });
    work.buffer_unordered(at_once).count().await;
    drop(committer);
    // To leave a group blocks.
    let left = tokio::task::spawn_blocking(move || {
        thread.join().expect("the thread commits");
        drop(consumer);
    });
    left.await.expect("the group is left");
}

pub(crate) fn round(round: Round) -> LocalBoxFuture<'static, Speed> {
    Box::pin(async move {
        let Round { url, at_once, messages } = round;
        let (hosts, ledger) = url.split_once("?ledger=").expect("a ledger");
        let hosts = hosts.strip_prefix("kafka://").expect("an address");
        let ledger = Ledger::open(ledger);
        declare(hosts).await;
        let producer = producer(hosts);
        // The producer connects with its first message, as ours does.
        publish(&producer, &ledger, "/by-hand").await;
        let start = Instant::now();
        let publisher = |publisher: usize| {
            let (producer, ledger) = (&producer, &ledger);
            async move {
                let source = format!("/by-hand/{publisher}");
                for _ in 0..messages / at_once {
                    publish(producer, ledger, &source).await;
                }
            }
        };
        join_all((0..at_once).map(publisher)).await;
        let messages = messages / at_once * at_once;
        let publish = speed(messages, start.elapsed());

        let tally = Tally::of(messages + 1);
        consume(hosts, &ledger, &producer, at_once, &tally).await;
        Speed { publish, consume: tally.speed() }
    })
}
