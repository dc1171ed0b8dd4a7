//! On `async-nats`: a stream of jobs, and one of entries, whose numbers are the
//! revisions that a write has to follow.

use std::time::{Duration, Instant};

use async_nats::HeaderMap;
use async_nats::jetstream::consumer::{AckPolicy, Consumer, pull};
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{self, AckKind, Context, Message, stream};
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::{LocalBoxFuture, join_all};
use serde::{Deserialize, Serialize};

use super::{Begun, DAY, Event, Headers, Held, LEASE, WINDOW, work};
use crate::tally::Tally;
use crate::{Round, Speed, speed};

/// The past of a message.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Attempt {
    starts: u32,
    running: bool,
}

/// What the place of a key begins with that a message holds; else it is the result.
const HELD_BY: &str = "held by ";

/// A message with the entries that were written for it.
#[derive(Clone)]
struct Delivered {
    context: Context,
    entries: stream::Stream,
    job: Message,
    number: u64,
    again: bool,
    attempt: (Attempt, u64),
    place: u64,
}

impl Delivered {
    /// Writes an entry that follows a revision; returns its own, or none where another
    /// was faster.
    async fn write(&self, key: String, value: Vec<u8>, follows: u64) -> Option<u64> {
        let message = PublishMessage::build();
        let message = message.payload(value.into()).expected_last_subject_sequence(follows);
        let sent = self.context.send_publish(key, message).await.expect("the entry is sent");
        match sent.await {
            Ok(written) => Some(written.sequence),
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => None,
            Err(error) => panic!("an entry is not written: {error}"),
        }
    }

    async fn read(&self, key: &str) -> Option<(Bytes, u64)> {
        let found = self.entries.get_last_raw_message_by_subject(key).await.ok()?;
        Some((found.payload, found.sequence))
    }

    async fn attempt(&self, message: u64) -> (Attempt, u64) {
        let found = self.read(&attempt_of(message)).await;
        let read = |(value, revision): (Bytes, u64)| {
            (serde_json::from_slice(&value).expect("an attempt"), revision)
        };
        found.map(read).unwrap_or_default()
    }

    async fn note(&mut self, attempt: Attempt) -> bool {
        let value = serde_json::to_vec(&attempt).expect("it is JSON");
        let written = self.write(attempt_of(self.number), value, self.attempt.1).await;
        let Some(revision) = written else { return false };
        self.attempt = (attempt, revision);
        true
    }

    /// Asks for the place of a key; fails where there is no need to go on.
    async fn ask(&mut self, key: &str) -> Result<(), Begun> {
        let (key, mut follows) = (place_of(key), 0);
        loop {
            let mine = format!("{HELD_BY}{}", self.number);
            if let Some(revision) = self.write(key.clone(), mine.into(), follows).await {
                self.place = revision;
                return Ok(());
            }
            let (place, revision) = self.read(&key).await.unwrap_or_default();
            let holder = std::str::from_utf8(&place).ok().and_then(|t| t.strip_prefix(HELD_BY));
            match holder.and_then(|number| number.parse().ok()) {
                None if revision > 0 => return Err(Begun::Done),
                Some(other) if other != self.number && self.attempt(other).await.0.running => {
                    return Err(Begun::Busy);
                }
                _ => follows = revision,
            }
        }
    }

    /// Acknowledges; what is known of the attempts goes without being waited for.
    async fn acknowledge(self) {
        self.job.double_ack().await.expect("the acknowledgement is confirmed");
        let Self { context, attempt: (_, revision), .. } = self;
        if revision > 0 {
            // Without overwriting it, which takes the server far longer.
            let delete = serde_json::json!({ "seq": revision, "no_erase": true });
            tokio::spawn(async move {
                let asked = context.request("STREAM.MSG.DELETE.entries", &delete);
                asked.await.map(|_: serde_json::Value| ())
            });
        }
    }
}

impl Held for Delivered {
    async fn begin(&mut self, key: &str) -> Begun {
        if self.again {
            self.attempt = self.attempt(self.number).await;
        }
        let before = self.attempt.0.clone();
        let starts = before.starts + 1;
        if !self.note(Attempt { starts, running: true }).await {
            return Begun::Lost;
        }
        match self.ask(key).await {
            Ok(()) => Begun::Run(starts),
            Err(refused) => {
                self.note(Attempt { running: false, ..before }).await;
                refused
            }
        }
    }

    async fn renew(&self) -> bool {
        self.job.ack_with(AckKind::Progress).await.is_ok()
    }

    async fn finish(self, key: &str, result: Vec<u8>) {
        if self.write(place_of(key), result, self.place).await.is_some() {
            self.acknowledge().await;
        }
    }

    async fn drop_it(self) {
        self.acknowledge().await;
    }

    async fn again(mut self, pause: Duration) {
        let starts = self.attempt.0.starts;
        if self.note(Attempt { starts, running: false }).await {
            self.job.ack_with(AckKind::Nak(Some(pause))).await.expect("it comes back");
        }
    }

    async fn bury(self, why: &str, headers: Headers, body: Bytes) {
        let message =
            headers.iter().fold(PublishMessage::build().payload(body), |message, header| {
                message.header(header.0.as_str(), header.1.as_str())
            });
        let sent = self.context.send_publish("dead.run", message.header("dead-reason", why)).await;
        sent.expect("the dead letter is sent").await.expect("the dead letter is stored");
        self.acknowledge().await;
    }
}

fn attempt_of(message: u64) -> String {
    format!("entries.attempt.{message}")
}

fn place_of(key: &str) -> String {
    format!("entries.place.{key}")
}

/// Makes the streams; returns that of entries, and the consumer of jobs.
async fn declare(context: &Context) -> (stream::Stream, Consumer<pull::Config>) {
    let entries = stream::Config {
        name: "entries".to_owned(),
        subjects: vec!["entries.>".to_owned()],
        max_messages_per_subject: 1,
        max_age: DAY,
        ..stream::Config::default()
    };
    let entries = context.create_stream(entries).await.expect("a stream of entries");
    let jobs = stream::Config {
        name: "jobs".to_owned(),
        subjects: vec!["jobs.>".to_owned(), "dead.>".to_owned()],
        retention: stream::RetentionPolicy::WorkQueue,
        duplicate_window: WINDOW,
        ..stream::Config::default()
    };
    let jobs = context.create_stream(jobs).await.expect("a stream of jobs");
    let config = pull::Config {
        durable_name: Some("workers".to_owned()),
        ack_policy: AckPolicy::Explicit,
        ack_wait: LEASE,
        max_ack_pending: -1,
        ..pull::Config::default()
    };
    (entries, jobs.create_consumer(config).await.expect("a consumer"))
}

async fn publish(context: &Context, source: &str) {
    let Event { id, headers, body } = Event::new(source);
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        if name == "content-type" {
            // In this binding an attribute like any other.
            map.insert("ce-datacontenttype", value.as_str());
        }
        map.insert(name, value);
    }
    let message = PublishMessage::build().headers(map).payload(body).message_id(id);
    let sent = context.send_publish("jobs.run", message).await.expect("the job is sent");
    sent.await.expect("the job is stored");
}

async fn take(context: Context, entries: stream::Stream, job: Message, tally: Tally) {
    let read = |headers: &HeaderMap| -> Headers {
        let first = |(name, values): (&_, &Vec<_>)| {
            Some((ToString::to_string(name), ToString::to_string(values.first()?)))
        };
        headers.iter().filter_map(first).collect()
    };
    let headers = job.headers.as_ref().map(read).unwrap_or_default();
    let info = job.info().expect("it comes from a stream");
    let (number, again) = (info.stream_sequence, info.delivered > 1);
    let body = job.payload.clone();
    let (attempt, place) = ((Attempt::default(), 0), 0);
    let delivered = Delivered { context, entries, job, number, again, attempt, place };
    Box::pin(work(delivered, headers, body, &tally)).await;
}

pub(crate) fn round(round: Round) -> LocalBoxFuture<'static, Speed> {
    Box::pin(async move {
        let Round { url, at_once, messages } = round;
        let context = jetstream::new(async_nats::connect(&url).await.expect("a connection"));
        let (entries, consumer) = declare(&context).await;
        let start = Instant::now();
        let publisher = |publisher: usize| {
            let context = &context;
            async move {
                let source = format!("/by-hand/{publisher}");
                for _ in 0..messages / at_once {
                    publish(context, &source).await;
                }
            }
        };
        join_all((0..at_once).map(publisher)).await;
        let messages = messages / at_once * at_once;
        let publish = speed(messages, start.elapsed());

        let tally = Tally::of(messages);
        let taken = consumer.stream().max_messages_per_batch(at_once).messages().await;
        let jobs = taken.expect("the jobs").take(messages);
        let work = jobs
            .map(|job| take(context.clone(), entries.clone(), job.expect("a job"), tally.clone()));
        work.buffer_unordered(at_once).count().await;
        Speed { publish, consume: tally.speed() }
    })
}
