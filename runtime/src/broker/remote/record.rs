//! What is written down about a message that has a past.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::wire::Recorded;
use crate::broker::ledger::{Ledger, Write};
use crate::broker::{Error, ErrorKind, Failure, History};

/// How long the record of a message is kept after its last change: one that was
/// lost with its group is not kept for ever.
const KEEP: Duration = Duration::from_secs(30 * 24 * 3600);

/// The past of one message in one group.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Record {
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) starts: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) crashes: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) failures: Vec<Failure>,
    /// An attempt has begun and not ended.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) running: bool,
    /// The attempt counts for nothing where it does not end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) excused: bool,
    /// It was settled, and has only to be acknowledged.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) done: bool,
    /// Until when it is held back, where the broker does not remember it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) pause: Option<Pause>,
}

/// A pause before the next attempt.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Pause {
    /// Its end, in milliseconds of the wall clock.
    until: u64,
    /// Its length in milliseconds: however the clock jumps, it is no longer.
    length: u64,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Record {
    pub(super) fn hold_back(&mut self, pause: Duration) {
        let length = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX / 2);
        self.pause = (length > 0).then(|| Pause { until: now() + length, length });
    }

    /// How long it is held back still.
    pub(super) fn due_in(&self) -> Duration {
        let left = |pause: &Pause| pause.until.saturating_sub(now()).min(pause.length);
        Duration::from_millis(self.pause.as_ref().map_or(0, left))
    }

    pub(super) fn history(&self) -> History {
        let Self { starts, crashes, ref failures, .. } = *self;
        History { starts, crashes, failures: failures.clone() }
    }
}

/// Whether a message was begun before.
#[cfg(feature = "kafka")]
pub(in crate::broker) enum Past {
    None,
    /// The attempt has not ended, or its process has died; the revision moves for
    /// as long as it lives.
    Running(u64),
    Ended,
}

/// The wall clock in milliseconds.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

/// A record with its place in the ledger.
#[derive(Clone)]
pub(super) struct Kept {
    key: String,
    pub(super) record: Record,
    /// What is wrong with the entry, where it cannot be read.
    pub(super) damage: Option<String>,
    revision: u64,
}

impl Kept {
    /// That of a message without a past.
    pub(super) fn new(queue: &str, id: &str) -> Self {
        let (key, record) = (format!("a/{queue}/{id}"), Record::default());
        Self { key, record, damage: None, revision: 0 }
    }

    pub(super) async fn read(ledger: &dyn Ledger, queue: &str, id: &str) -> Result<Self, Error> {
        let mut kept = Self::new(queue, id);
        let entry = ledger.read(&kept.key).await?;
        kept.revision = entry.revision;
        match entry.value.as_deref().map(decode).transpose() {
            Ok(record) => kept.record = record.unwrap_or_default(),
            Err(error) => kept.damage = Some(error.to_string()),
        }
        Ok(kept)
    }

    /// Writes the next state; stale where somebody else has written.
    pub(super) async fn write(&mut self, ledger: &dyn Ledger, next: Record) -> Result<(), Error> {
        let Write { key, value, follows, keep } = self.next(&next);
        let written = ledger.write(key, value, follows, keep).await?;
        self.written(next, written.ok_or_else(Error::stale)?);
        Ok(())
    }

    /// What writes the next state.
    pub(super) fn next(&self, next: &Record) -> Write<'_> {
        Write { key: &self.key, value: encode(next), follows: self.revision, keep: KEEP }
    }

    /// Notes that the next state is written.
    pub(super) fn written(&mut self, next: Record, revision: u64) {
        (self.record, self.revision) = (next, revision);
    }

    /// Where the entry is, and its revision; none where there is no entry.
    pub(super) fn place(&self) -> Option<(&str, u64)> {
        self.exists().then_some((&*self.key, self.revision))
    }

    /// Notes that there is no entry any more.
    pub(super) fn removed(&mut self) {
        self.revision = 0;
    }

    /// The entry as it is.
    pub(super) fn entry(&self) -> Recorded<'_> {
        Recorded { key: &self.key, revision: self.revision }
    }

    /// Writes the state again that there was before the last one.
    pub(super) async fn take_back(
        &mut self,
        ledger: &dyn Ledger,
        before: Self,
    ) -> Result<(), Error> {
        if before.exists() {
            return self.write(ledger, before.record).await;
        }
        self.remove(ledger).await?;
        *self = before;
        Ok(())
    }

    /// What another process may know of the message.
    #[cfg(feature = "kafka")]
    pub(super) fn past(&self) -> Past {
        match (self.exists(), self.record.running && !self.record.done) {
            (false, _) => Past::None,
            (true, true) => Past::Running(self.revision),
            (true, false) => Past::Ended,
        }
    }

    pub(super) fn exists(&self) -> bool {
        self.revision > 0
    }

    pub(super) async fn remove(&self, ledger: &dyn Ledger) -> Result<(), Error> {
        ledger.remove(&self.key, self.revision).await
    }
}

/// The form of an entry.
pub(super) fn encode(value: &impl Serialize) -> Bytes {
    // Records have a JSON form: their keys are strings and their numbers finite.
    serde_json::to_vec(value).unwrap_or_default().into()
}

pub(super) fn decode<'a, T: Deserialize<'a>>(value: &'a [u8]) -> Result<T, Error> {
    serde_json::from_slice(value).map_err(|error| {
        Error::new(ErrorKind::Incompatible, "an entry of the ledger is damaged").with_source(error)
    })
}
