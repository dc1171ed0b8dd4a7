//! A message as it lies in the database.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use super::Outbox;
use crate::broker::Publish;
use crate::codec::Message;
use crate::queue::Post;
use crate::{Metadata, Status};

/// What an insert writes. The order of the fields is that of the columns.
pub(super) struct Entry {
    pub(super) subject: String,
    /// A JSON array of pairs: order and repetitions are kept.
    pub(super) headers: String,
    pub(super) body: Bytes,
    pub(super) ordering_key: Option<String>,
    pub(super) dedupe_key: Option<String>,
    /// When it is to be delivered, in milliseconds since 1970; 0 is at once.
    pub(super) due: i64,
}

impl Entry {
    /// The id and the row of work that is about to be written.
    pub(super) fn of<Q: Message, R>(post: Post<&Outbox, Q, R>) -> Result<(String, Self), Status> {
        let Post { to, endpoint, message, context, options } = post;
        let (info, method) = (endpoint.info(), endpoint.method());
        let (id, publish) = to.0.work(info, method, &context, &message, options.delay)?;
        let Publish { subject, headers, body, delay, ordering_key, dedupe_key, .. } = publish;
        let pairs: Vec<_> = headers.iter().collect();
        // Strings always have a JSON form.
        let headers = serde_json::to_string(&pairs).unwrap_or_default();
        let due = if delay.is_zero() { 0 } else { millis(SystemTime::now() + delay) };
        Ok((id, Self { subject, headers, body, ordering_key, dedupe_key, due }))
    }

    /// The message again, as it is published.
    pub(super) fn into_publish(self) -> Result<Publish, Status> {
        let pairs: Vec<(String, String)> = serde_json::from_str(&self.headers)
            .map_err(|error| Status::data_loss("its headers are damaged").with_source(error))?;
        let mut headers = Metadata::new();
        for (name, value) in &pairs {
            headers.insert(name, value);
        }
        let left = self.due.saturating_sub(millis(SystemTime::now()));
        Ok(Publish {
            delay: Duration::from_millis(u64::try_from(left).unwrap_or_default()),
            ordering_key: self.ordering_key,
            dedupe_key: self.dedupe_key,
            ..Publish::new(self.subject, headers, self.body)
        })
    }
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
