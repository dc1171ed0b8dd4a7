//! Records on the wire: headers as the `CloudEvents` binding of Kafka names them,
//! and two of our own beside them.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use rdkafka::Message as _;
use rdkafka::message::{BorrowedMessage, Header, Headers as _, OwnedHeaders};

use crate::Metadata;
use crate::broker::{Publish, headers, remote};

/// How long a message is held back, in milliseconds from its publication.
const DELAY: &str = "agentgen-delay";
/// How long it is worth delivering, in milliseconds from its publication.
const EXPIRES: &str = "agentgen-expires";

/// A message as it was fetched.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) key: Option<Bytes>,
    pub(super) headers: Metadata,
    pub(super) body: Bytes,
    /// When it was published, in milliseconds of the publisher's or the server's
    /// wall clock.
    pub(super) published: i64,
    delay: Duration,
    expires: Option<Duration>,
}

impl Record {
    pub(super) fn read(message: &BorrowedMessage<'_>) -> Self {
        let mut record = Self {
            key: message.key().map(Bytes::copy_from_slice),
            headers: Metadata::for_message(),
            body: message.payload().map(Bytes::copy_from_slice).unwrap_or_default(),
            published: message.timestamp().to_millis().unwrap_or_default(),
            delay: Duration::ZERO,
            expires: None,
        };
        let mut unfit = headers::Unfit::default();
        for header in message.headers().into_iter().flat_map(|headers| headers.iter()) {
            let Some(bytes) = header.value else { continue };
            let Ok(value) = str::from_utf8(bytes) else {
                unfit.note(header.key, bytes);
                continue;
            };
            let fits = match header.key {
                DELAY => {
                    record.delay = millis(value).unwrap_or_default();
                    true
                }
                EXPIRES => {
                    record.expires = millis(value);
                    true
                }
                name => match name.strip_prefix("ce_") {
                    Some(attribute) => record.headers.insert(&format!("ce-{attribute}"), value),
                    None => record.headers.insert(name, value),
                },
            };
            if !fits {
                unfit.note(header.key, bytes);
            }
        }
        unfit.keep(&mut record.headers);
        record
    }

    #[cfg(test)]
    pub(super) fn of(key: Option<&'static str>, published: i64) -> Self {
        let (headers, body, key) = (Metadata::new(), Bytes::new(), key.map(Bytes::from));
        Self { key, headers, body, published, delay: Duration::ZERO, expires: None }
    }

    /// How long it is still held back. A clock that differs from the publisher's
    /// never holds it back for longer than it asked for.
    pub(super) fn due_in(&self) -> Duration {
        self.delay.saturating_sub(self.age())
    }

    pub(super) fn expired(&self) -> bool {
        self.expires.is_some_and(|time| self.age() >= time)
    }

    fn age(&self) -> Duration {
        let published = u64::try_from(self.published).unwrap_or_default();
        let published = SystemTime::UNIX_EPOCH + Duration::from_millis(published);
        SystemTime::now().duration_since(published).unwrap_or_default()
    }

    /// What no other message of the topic is called, even after the topic was
    /// made again.
    pub(super) fn id(&self, partition: i32, offset: i64) -> String {
        format!("{partition}-{offset}-{:x}", self.published)
    }
}

/// The headers of a message to publish.
pub(super) fn headers(publish: &Publish) -> OwnedHeaders {
    let mut headers = OwnedHeaders::new();
    for (name, value) in publish.headers.iter() {
        headers = match name.strip_prefix("ce-") {
            Some(attribute) => add(headers, &format!("ce_{attribute}"), value),
            None => add(headers, name, value),
        };
    }
    if publish.delay > Duration::ZERO {
        headers = add(headers, DELAY, &remote::millis(publish.delay).to_string());
    }
    if let Some(time) = publish.expires_in {
        headers = add(headers, EXPIRES, &remote::millis(time).to_string());
    }
    headers
}

fn add(headers: OwnedHeaders, name: &str, value: &str) -> OwnedHeaders {
    headers.insert(Header { key: name, value: Some(value) })
}

fn millis(text: &str) -> Option<Duration> {
    text.parse().ok().map(Duration::from_millis)
}
