//! The ledger: two streams that keep the last message of each of their subjects,
//! which are the keys; the revision is the message's number in its stream. What
//! is remembered and what is under way are kept for different times.

use std::time::{Duration, SystemTime};

use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{LastRawMessageErrorKind, Stream};
use bytes::Bytes;
use futures_core::future::BoxFuture;
use tokio_util::task::AbortOnDropHandle;

use super::clock::Reader;
use super::config::Config;
use super::connection::Connection;
use super::message::{self, KEEP};
use super::{names, streams, unavailable};
use crate::broker::Error;
use crate::broker::ledger::{Entry, Ledger, digested};

/// The longest subject, which has to fit a line of the protocol; that of a longer key
/// has a digest of it.
const MAX_SUBJECT: usize = 3000;

pub(super) struct Entries {
    connection: Connection,
    attempts: Stream,
    inbox: Stream,
    prefix: String,
    _clock: AbortOnDropHandle<()>,
}

/// How long the past of a message is kept.
const ATTEMPTS: Duration = Duration::from_secs(30 * 24 * 3600);

impl Entries {
    pub(super) async fn open(connection: Connection, config: &Config) -> Result<Self, Error> {
        let attempts = streams::ledger(&connection, config, "a", ATTEMPTS).await?;
        let inbox = streams::ledger(&connection, config, "i", config.remember).await?;
        let prefix = config.prefix.clone();
        let subject = subject(&prefix, "a/clock");
        let clock = Reader { connection: connection.clone(), stream: attempts.clone(), subject };
        clock.read().await?;
        Ok(Self { connection, attempts, inbox, prefix, _clock: clock.follow() })
    }

    fn stream(&self, key: &str) -> &Stream {
        if key.starts_with("i/") { &self.inbox } else { &self.attempts }
    }

    fn subject(&self, key: &str) -> String {
        subject(&self.prefix, key)
    }

    async fn get(&self, key: &str) -> Result<Entry, Error> {
        let subject = self.subject(key);
        let found = match self.stream(key).get_last_raw_message_by_subject(&subject).await {
            Ok(found) => found,
            Err(error) if matches!(error.kind(), LastRawMessageErrorKind::NoMessageFound) => {
                return Ok(Entry::default());
            }
            Err(error) => return Err(unavailable(error)),
        };
        let age = self.connection.clock.age(SystemTime::from(found.time));
        let over = message::time(&found.headers, KEEP).is_some_and(|keep| age >= keep);
        Ok(Entry { value: (!over).then_some(found.payload), revision: found.sequence })
    }

    async fn put(
        &self,
        key: &str,
        value: Bytes,
        follows: u64,
        keep: Duration,
    ) -> Result<Option<u64>, Error> {
        let message = PublishMessage::build()
            .payload(value)
            .expected_last_subject_sequence(follows)
            .header(KEEP, message::millis(keep).as_str());
        let sent = self.connection.jetstream.send_publish(self.subject(key), message).await;
        let acked = match sent {
            Ok(ack) => ack.await,
            Err(error) => Err(error),
        };
        match acked {
            Ok(ack) => Ok(Some(ack.sequence)),
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }
}

fn subject(prefix: &str, key: &str) -> String {
    let of = |key: &str| {
        let words: Vec<_> = key.split('/').map(names::token).collect();
        format!("{prefix}.ledger.{}", words.join("."))
    };
    let subject = of(key);
    if subject.len() > MAX_SUBJECT { of(&digested(key)) } else { subject }
}

impl Ledger for Entries {
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Entry, Error>> {
        Box::pin(self.get(key))
    }

    fn write<'a>(
        &'a self,
        key: &'a str,
        value: Bytes,
        follows: u64,
        keep: Duration,
    ) -> BoxFuture<'a, Result<Option<u64>, Error>> {
        Box::pin(self.put(key, value, follows, keep))
    }

    fn remove<'a>(&'a self, key: &'a str, revision: u64) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let name = &self.stream(key).cached_info().config.name;
            streams::remove(&self.connection, name, revision).await
        })
    }
}
