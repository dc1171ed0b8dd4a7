//! Dead letters: the message as it was, with the reason in headers of their
//! own; listed like any other message. `letters` takes them off again.

use super::envelope::{self, names};
use crate::broker::{Broker, Delivery, Error, Failure, History, Publish, Stored};
use crate::service::QueueRoute;
use crate::{Metadata, Status};

const PREFIX: &str = "dlq-";

/// The longest message of a status on a dead letter, in characters.
const MAX_MESSAGE: usize = 1000;

/// The longest history on a dead letter, in bytes before they are encoded.
const MAX_HISTORY: usize = 4000;

/// Why a message was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The body, or its content type, is not what the contract says.
    Undecodable,
    /// It follows another contract, or another version of it.
    Incompatible,
    /// The handler's code says that no attempt will succeed.
    NotRetryable,
    /// The last attempt that the contract allows has failed.
    Exhausted,
    /// The deadline had passed.
    Expired,
    /// Too many attempts never came to an end.
    Crashed,
}

impl Cause {
    /// The reason as it stands in the header.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Undecodable => "UNDECODABLE",
            Self::Incompatible => "INCOMPATIBLE",
            Self::NotRetryable => "NOT_RETRYABLE",
            Self::Exhausted => "EXHAUSTED",
            Self::Expired => "EXPIRED",
            Self::Crashed => "CRASHED",
        }
    }
}

/// A message that was given up.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// Its place on the dead letter's subject.
    pub position: u64,
    /// `UNDECODABLE`, `INCOMPATIBLE`, `NOT_RETRYABLE`, `EXHAUSTED`, `EXPIRED` or
    /// `CRASHED`.
    pub reason: String,
    /// The name of the last status code.
    pub code: String,
    /// The message of the last status.
    pub message: String,
    /// Where it was published to.
    pub subject: String,
    /// The group that gave up.
    pub group: String,
    /// What was tried.
    pub history: History,
    /// The original headers.
    pub headers: Metadata,
    /// The original body.
    pub body: bytes::Bytes,
    id: Option<String>,
}

impl DeadLetter {
    /// The id of the message; a foreign one may have none.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

/// The id of a message: in its headers, or in the event that its body is.
pub(super) fn id(headers: &Metadata, body: &bytes::Bytes) -> Option<String> {
    let stated = |headers: &Metadata| headers.get(names::ID).map(str::to_owned);
    stated(headers).or_else(|| stated(&envelope::open(headers, body).ok()?.headers))
}

pub(super) fn letter(
    delivery: &Delivery,
    route: &QueueRoute,
    why: (Cause, &Status),
    history: &History,
) -> Publish {
    let (cause, status) = why;
    let mut headers = delivery.headers.clone();
    envelope::set(&mut headers, names::DEAD_REASON, cause.reason());
    envelope::set(&mut headers, names::DEAD_CODE, status.code().name());
    envelope::set(&mut headers, names::DEAD_MESSAGE, cut(status.message()));
    envelope::set(&mut headers, names::DEAD_SUBJECT, &delivery.subject);
    envelope::set(&mut headers, names::DEAD_GROUP, route.group);
    envelope::set(
        &mut headers,
        names::DEAD_ATTEMPTS,
        &history.starts.max(attempts(history)).to_string(),
    );
    envelope::set(&mut headers, names::DEAD_CRASHES, &history.crashes.to_string());
    envelope::set(&mut headers, names::DEAD_HISTORY, &told(&history.failures));
    Publish::new(route.dead_letter, headers, delivery.body.clone())
}

/// A dead letter without what it can do without: what was tried, and why it failed in
/// words.
pub(super) fn short(mut letter: Publish) -> Publish {
    for name in [names::DEAD_HISTORY, names::DEAD_MESSAGE] {
        letter.headers.remove(name);
    }
    letter
}

/// The start of a message; all of it may be longer than a header.
fn cut(message: &str) -> &str {
    message.char_indices().nth(MAX_MESSAGE).map_or(message, |(end, _)| &message[..end])
}

/// The last failures, as many as there is room for.
fn told(failures: &[Failure]) -> String {
    let mut failures = failures;
    loop {
        let text = serde_json::to_string(failures).unwrap_or_default();
        match failures.split_first() {
            Some((_, rest)) if text.len() > MAX_HISTORY => failures = rest,
            _ => return text,
        }
    }
}

/// The number of the last attempt that failed: the delivery was told its
/// count of starts before that attempt began.
fn attempts(history: &History) -> u32 {
    history.failures.last().map_or(0, |failure| failure.attempt)
}

/// Lists at most `limit` dead letters of a subject after a position, oldest
/// first.
///
/// # Errors
/// The broker cannot browse or cannot be read.
pub async fn dead_letters(
    broker: &Broker,
    subject: &str,
    after: u64,
    limit: usize,
) -> Result<Vec<DeadLetter>, Error> {
    Ok(broker.browse(subject, after, limit).await?.into_iter().map(read).collect())
}

fn read(stored: Stored) -> DeadLetter {
    let text = |name| envelope::get(&stored.headers, name).unwrap_or_default();
    let number = |name| text(name).parse().unwrap_or_default();
    let failures: Vec<Failure> =
        serde_json::from_str(&text(names::DEAD_HISTORY)).unwrap_or_default();
    DeadLetter {
        position: stored.position,
        reason: text(names::DEAD_REASON),
        code: text(names::DEAD_CODE),
        message: text(names::DEAD_MESSAGE),
        subject: text(names::DEAD_SUBJECT),
        group: text(names::DEAD_GROUP),
        history: History {
            starts: number(names::DEAD_ATTEMPTS),
            crashes: number(names::DEAD_CRASHES),
            failures,
        },
        id: id(&stored.headers, &stored.body),
        headers: original(&stored.headers),
        body: stored.body,
    }
}

/// The headers without what [`letter`] added.
pub(super) fn original(headers: &Metadata) -> Metadata {
    let mut original = headers.clone();
    for (name, _) in headers.iter().filter(|(name, _)| name.starts_with(PREFIX)) {
        original.remove(name);
    }
    original
}
