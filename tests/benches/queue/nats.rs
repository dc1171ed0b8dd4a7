//! The loop by hand on `async-nats`: a stream of jobs, and one of entries that
//! are written by compare-and-set.

use std::time::{Duration, Instant};

use async_nats::jetstream::consumer::{AckPolicy, pull};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{self, Context, Message, stream};
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::{BoxFuture, join_all};

use crate::{BODY, Round, Speed, speed};

async fn declare(context: &Context) -> stream::Stream {
    let entries = stream::Config {
        name: "entries".to_owned(),
        subjects: vec!["entries.>".to_owned()],
        max_messages_per_subject: 1,
        ..stream::Config::default()
    };
    context.create_stream(entries).await.expect("a stream of entries");
    let jobs = stream::Config {
        name: "jobs".to_owned(),
        subjects: vec!["jobs.>".to_owned()],
        retention: stream::RetentionPolicy::WorkQueue,
        ..stream::Config::default()
    };
    context.create_stream(jobs).await.expect("a stream of jobs")
}

/// Writes an entry that follows a revision; returns its own.
async fn write(context: &Context, key: String, follows: u64) -> u64 {
    let message = PublishMessage::build()
        .payload(Bytes::from_static(&BODY))
        .expected_last_subject_sequence(follows);
    let sent = context.send_publish(key, message).await.expect("the entry is sent");
    sent.await.expect("the entry is written").sequence
}

async fn handle(context: Context, job: Message) {
    let id = job.headers.as_ref().and_then(|headers| headers.get("Nats-Msg-Id"));
    let id = id.expect("the id it was published with").to_string();
    let place = write(&context, format!("entries.done.{id}"), 0).await;
    write(&context, format!("entries.attempt.{id}"), 0).await;
    std::hint::black_box(&job.payload);
    write(&context, format!("entries.done.{id}"), place).await;
    job.double_ack().await.expect("the acknowledgement is confirmed");
    let forget = context.get_stream_no_info("entries").await.expect("the stream of entries");
    let subject = format!("entries.attempt.{id}");
    tokio::spawn(async move { forget.purge().filter(subject).await });
}

pub(crate) fn round(round: Round) -> BoxFuture<'static, Speed> {
    Box::pin(async move {
        let Round { url, at_once, messages } = round;
        let client = async_nats::connect(&url).await.expect("a connection");
        let context = jetstream::new(client);
        let jobs = declare(&context).await;
        let config = pull::Config {
            durable_name: Some("workers".to_owned()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: Duration::from_secs(60),
            max_ack_pending: -1,
            ..pull::Config::default()
        };
        let consumer = jobs.create_consumer(config).await.expect("a consumer");
        let start = Instant::now();
        let publish = |publisher: usize| {
            let context = context.clone();
            async move {
                for number in 0..messages / at_once {
                    let message = PublishMessage::build()
                        .payload(Bytes::from_static(&BODY))
                        .message_id(format!("{publisher}-{number}"));
                    let sent = context.send_publish("jobs.run", message).await;
                    sent.expect("the job is sent").await.expect("the job is stored");
                }
            }
        };
        join_all((0..at_once).map(publish)).await;
        let messages = messages / at_once * at_once;
        let publish = speed(messages, start);

        let start = Instant::now();
        let taken = consumer.stream().max_messages_per_batch(at_once).messages().await;
        let jobs = taken.expect("the jobs").take(messages);
        let work = jobs.map(|job| handle(context.clone(), job.expect("a job")));
        work.buffer_unordered(at_once).count().await;
        Speed { publish, consume: speed(messages, start) }
    })
}
