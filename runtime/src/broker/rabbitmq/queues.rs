//! The queues of each subject, written down in the ledger: the protocol can tell of a
//! queue that it is asked for by name, and names none itself.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use crate::broker::ledger::Ledger;
use crate::broker::{Error, ErrorKind};

/// How long a list is kept after its last change.
const KEEP: Duration = Duration::from_secs(3650 * 24 * 3600);

pub(super) struct Queues {
    ledger: Arc<dyn Ledger>,
    /// What this process knows to be written down.
    known: Mutex<HashSet<String>>,
}

impl Queues {
    pub(super) fn new(ledger: Arc<dyn Ledger>) -> Self {
        Self { ledger, known: Mutex::default() }
    }

    /// Adds a queue.
    pub(super) async fn add(&self, subject: &str, queue: &str) -> Result<(), Error> {
        if self.known.lock().unwrap_or_else(PoisonError::into_inner).contains(queue) {
            return Ok(());
        }
        self.change(subject, |queues| queues.insert(queue.to_owned())).await?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(queue.to_owned());
        Ok(())
    }

    /// Takes queues out that are gone.
    pub(super) async fn remove(&self, subject: &str, gone: &[String]) -> Result<(), Error> {
        for queue in gone {
            self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(queue);
        }
        self.change(subject, |queues| {
            let before = queues.len();
            queues.retain(|queue| !gone.contains(queue));
            queues.len() != before
        })
        .await
    }

    pub(super) async fn list(&self, subject: &str) -> Result<BTreeSet<String>, Error> {
        let entry = self.ledger.read(&key(subject)).await?;
        entry.value.as_deref().map_or_else(|| Ok(BTreeSet::new()), decode)
    }

    /// Notes which group has the queues that are named after none.
    pub(super) async fn note_first(&self, subject: &str, group: &str) -> Result<(), Error> {
        let key = format!("a/first/{subject}");
        let entry = self.ledger.read(&key).await?;
        if entry.value.as_deref() != Some(group.as_bytes()) {
            let value = Bytes::copy_from_slice(group.as_bytes());
            // Whoever was faster wrote the same: the server names one first group.
            self.ledger.write(&key, value, entry.revision, KEEP).await?;
        }
        Ok(())
    }

    pub(super) async fn first(&self, subject: &str) -> Result<Option<String>, Error> {
        let entry = self.ledger.read(&format!("a/first/{subject}")).await?;
        Ok(entry.value.map(|value| String::from_utf8_lossy(&value).into_owned()))
    }

    /// Changes the list of a subject, unless `change` says that it has not.
    async fn change(
        &self,
        subject: &str,
        change: impl Fn(&mut BTreeSet<String>) -> bool,
    ) -> Result<(), Error> {
        let key = key(subject);
        loop {
            let entry = self.ledger.read(&key).await?;
            let mut queues = match entry.value.as_deref() {
                Some(value) => decode(value)?,
                None => BTreeSet::new(),
            };
            if !change(&mut queues) {
                return Ok(());
            }
            // Names are strings, which have a JSON form.
            let value = serde_json::to_vec(&queues).unwrap_or_default();
            if self.ledger.write(&key, value.into(), entry.revision, KEEP).await?.is_some() {
                return Ok(());
            }
        }
    }
}

fn key(subject: &str) -> String {
    format!("a/queues/{subject}")
}

fn decode(value: &[u8]) -> Result<BTreeSet<String>, Error> {
    serde_json::from_slice(value).map_err(|error| {
        let text = "the ledger's list of queues is damaged";
        Error::new(ErrorKind::Incompatible, text).with_source(error)
    })
}
