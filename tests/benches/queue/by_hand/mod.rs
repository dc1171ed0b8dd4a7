//! The loops that one would write by hand, one for each broker, on the client crate
//! that the broker's backend uses too, and what they share: the message, the handler,
//! and what becomes of an attempt. They promise what the generated consumer does:
//!
//! | promise | here |
//! |---|---|
//! | a message is stored when its sender goes on | the broker's confirmation is awaited |
//! | published twice within two minutes it is stored once | by its id |
//! | an attempt is counted before it begins, and by message | an entry beside the broker |
//! | work is done once a key, for a day; its duplicates are answered | the result, by key, is written before the acknowledgement |
//! | a message that was lost is not settled | entries are written by compare-and-set, or by a token |
//! | a lease lasts as long as its handler | renewed every third of its time |
//! | an error is tried again after a pause, three times; then it is a dead letter | which is confirmed before the acknowledgement |
//! | what comes after its deadline is a dead letter | by a header |
//!
//! Attempts are counted by message and results kept by key, in entries of their own: a
//! key may come in several messages, each with attempts of its own. The messages are
//! those of the generated client: a `CloudEvent` with a trace.

mod hands;
pub(crate) mod kafka;
mod ledger;
pub(crate) mod nats;
mod offsets;
pub(crate) mod rabbitmq;
pub(crate) mod redis;
pub(crate) mod sqlite;
mod store;

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use prost::Message as _;
use uuid::Uuid;

use crate::tally::Tally;

/// How long a delivery is leased.
pub(crate) const LEASE: Duration = Duration::from_secs(60);
/// How long a result is remembered.
pub(crate) const DAY: Duration = Duration::from_secs(86_400);
/// How long ids are known that were published.
pub(crate) const WINDOW: Duration = Duration::from_secs(120);
/// How many attempts a message has.
const ATTEMPTS: u32 = 3;

/// A piece of work, and the answer to it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(crate) struct Job {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(uint32, tag = "2")]
    size: u32,
}

/// Names and values; few enough to be searched.
pub(crate) type Headers = Vec<(String, String)>;

/// A message to publish.
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl Event {
    /// A job with a name of 200 bytes.
    pub(crate) fn new(source: &str) -> Self {
        let id = Uuid::now_v7().to_string();
        let (trace, span) = (fastrand::u128(1..), fastrand::u64(1..));
        let headers = vec![
            ("ce-specversion", "1.0".to_owned()),
            ("ce-id", id.clone()),
            ("ce-source", source.to_owned()),
            ("ce-type", "agentgen.probe.Job".to_owned()),
            ("ce-time", jiff::Timestamp::now().to_string()),
            ("ce-dataschema", "agentgen:/agentgen.probe/unversioned/0000#Job".to_owned()),
            ("content-type", "application/protobuf".to_owned()),
            ("traceparent", format!("00-{trace:032x}-{span:016x}-01")),
            ("x-correlation-id", Uuid::now_v7().to_string()),
        ];
        let job = Job { name: "x".repeat(200), size: 0 };
        Self { id, headers, body: job.encode_to_vec().into() }
    }
}

/// A message that is leased to this loop, over one broker.
pub(crate) trait Held {
    /// Begins an attempt at the work of this key.
    async fn begin(&mut self, key: &str) -> Begun;
    /// Extends the lease; whether it was there still.
    async fn renew(&self) -> bool;
    /// The work is done, with this result.
    async fn finish(self, key: &str, result: Vec<u8>);
    /// It was done before, or is to be forgotten.
    async fn drop_it(self);
    /// It comes back after a pause.
    async fn again(self, pause: Duration);
    /// It is given up.
    async fn bury(self, why: &str, headers: Headers, body: Bytes);
}

/// What a loop finds when it begins.
pub(crate) enum Begun {
    /// The attempt with this number.
    Run(u32),
    /// Somebody was done with the same work before.
    Done,
    /// Somebody is at the same work.
    Busy,
    /// The message is somebody else's.
    Lost,
}

/// Works on a message for as long as its lease can be kept.
pub(crate) async fn work(
    mut held: impl Held + Clone,
    headers: Headers,
    body: Bytes,
    tally: &Tally,
) {
    let lease = held.clone();
    let keep = async {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            if !lease.renew().await {
                return;
            }
        }
    };
    let get = |name: &str| headers.iter().find(|(known, _)| known == name);
    let key = get("idempotency-key").or(get("ce-id")).map(|(_, value)| value.clone());
    let key = key.expect("every message has an id");
    let late = get("ce-deadline").is_some_and(|(_, value)| is_over(value));
    let settle = async {
        if late {
            return held.bury("the deadline is over", headers, body).await;
        }
        let attempt = match held.begin(&key).await {
            Begun::Run(attempt) => attempt,
            Begun::Done => return held.drop_it().await,
            Begun::Busy => return held.again(Duration::from_millis(500)).await,
            Begun::Lost => return,
        };
        match handle(&body, tally) {
            Ok(result) => held.finish(&key, result).await,
            Err(error) if attempt >= ATTEMPTS => held.bury(&error, headers, body).await,
            Err(_) => held.again(pause(attempt)).await,
        }
    };
    tokio::select! {
        biased;
        () = settle => {}
        () = keep => {}
    }
}

fn is_over(deadline: &str) -> bool {
    let deadline = deadline.parse::<jiff::Timestamp>().map(SystemTime::from);
    deadline.is_ok_and(|deadline| deadline <= SystemTime::now())
}

/// The handler: it answers with what it was asked.
fn handle(body: &[u8], tally: &Tally) -> Result<Vec<u8>, String> {
    let job = Job::decode(body).map_err(|error| error.to_string())?;
    tally.count();
    Ok(job.encode_to_vec())
}

/// Full jitter below an exponential bound.
fn pause(attempt: u32) -> Duration {
    Duration::from_millis(10 << attempt.min(8)).mul_f64(fastrand::f64())
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
