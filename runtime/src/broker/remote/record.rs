//! What is written down about a message that has a past.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::broker::ledger::Ledger;
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
    /// It was settled, and has only to be acknowledged.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) done: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Record {
    pub(super) fn history(&self) -> History {
        let Self { starts, crashes, ref failures, .. } = *self;
        History { starts, crashes, failures: failures.clone() }
    }
}

/// A record with its place in the ledger.
#[derive(Clone)]
pub(super) struct Kept {
    key: String,
    pub(super) record: Record,
    revision: u64,
}

impl Kept {
    /// That of a message without a past.
    pub(super) fn new(queue: &str, id: &str) -> Self {
        Self { key: format!("a/{queue}/{id}"), record: Record::default(), revision: 0 }
    }

    pub(super) async fn read(ledger: &dyn Ledger, queue: &str, id: &str) -> Result<Self, Error> {
        let mut kept = Self::new(queue, id);
        let entry = ledger.read(&kept.key).await?;
        kept.revision = entry.revision;
        if let Some(value) = entry.value {
            kept.record = decode(&value)?;
        }
        Ok(kept)
    }

    /// Writes the next state; stale where somebody else has written.
    pub(super) async fn write(&mut self, ledger: &dyn Ledger, next: Record) -> Result<(), Error> {
        let written = ledger.write(&self.key, encode(&next), self.revision, KEEP).await?;
        self.revision = written.ok_or_else(Error::stale)?;
        self.record = next;
        Ok(())
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
