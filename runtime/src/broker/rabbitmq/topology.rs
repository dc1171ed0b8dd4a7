//! Subjects and groups as queues that are bound to one exchange; declared, or only
//! verified.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use lapin::options::QueueDeleteOptions;

use super::declare::{Form, Refused, Wanted};
use super::{Shared, answered, declare, hold, names, unavailable};
use crate::broker::remote::{LANES, is_reply};
use crate::broker::{Error, Subscription};

/// What is known to be declared.
#[derive(Default)]
pub(super) struct Known(Mutex<HashSet<String>>);

impl Known {
    fn has(&self, name: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }

    fn note(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    }

    /// What was deleted behind our back, or was lost with a server, is declared again.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A queue of a group, and the lane that it is.
#[derive(Clone)]
pub(super) struct Lane {
    pub(super) lane: Option<usize>,
    pub(super) queue: String,
}

/// The lanes of a group: the unordered one last, so that where it is, the group is
/// whole.
fn lanes() -> impl Iterator<Item = Option<usize>> {
    (0..LANES).map(Some).chain(std::iter::once(None))
}

impl Shared {
    /// Makes sure that a message of a subject and lane has a queue, the first group's
    /// if no other.
    pub(super) async fn ensure(&self, subject: &str, lane: Option<usize>) -> Result<(), Error> {
        if is_reply(subject) {
            return Box::pin(self.ensure_exchange()).await;
        }
        let queue = names::queue(&self.config.prefix, subject, None, lane)?;
        if self.known.has(&queue) {
            return Ok(());
        }
        // In a box, which keeps all that this takes out of every publish.
        Box::pin(async {
            self.ensure_exchange().await?;
            let wanted = Wanted { key: Some(names::key(subject, lane)), form: form(lane) };
            self.declare_queue(subject, &queue, &wanted).await
        })
        .await
    }

    /// Makes sure of the queue that holds messages back for another.
    pub(super) async fn ensure_after(
        &self,
        subject: &str,
        queue: &str,
        millis: u64,
    ) -> Result<String, Error> {
        let after = names::after(queue, millis)?;
        let form = Form::Held { millis, exchange: String::new(), key: queue.to_owned() };
        if !self.known.has(&after) {
            self.declare_queue(subject, &after, &Wanted { key: None, form }).await?;
        }
        Ok(after)
    }

    /// Makes sure of the queue that holds new messages of a subject back.
    pub(super) async fn ensure_later(&self, subject: &str, millis: u64) -> Result<String, Error> {
        let later = names::later(&self.config.prefix, subject, millis)?;
        let (exchange, key) = (self.config.prefix.clone(), names::key(subject, None));
        if !self.known.has(&later) {
            let form = Form::Held { millis, exchange, key };
            self.declare_queue(subject, &later, &Wanted { key: None, form }).await?;
        }
        Ok(later)
    }

    /// Declares a group, and returns its queues.
    pub(super) async fn join(&self, subscription: &Subscription) -> Result<Vec<Lane>, Error> {
        let Subscription { subject, group, ephemeral, .. } = subscription;
        self.ensure_exchange().await?;
        let first = !ephemeral && self.is_first(subject, group).await?;
        if first {
            self.queues.note_first(subject, group).await?;
        }
        let group = (!first).then_some(group.as_str());
        let mut joined = Vec::new();
        for lane in lanes() {
            let queue = names::queue(&self.config.prefix, subject, group, lane)?;
            let form = if *ephemeral { Form::Brief } else { form(lane) };
            let wanted = Wanted { key: Some(names::key(subject, lane)), form };
            self.declare_queue(subject, &queue, &wanted).await?;
            joined.push(Lane { lane, queue });
        }
        Ok(joined)
    }

    /// Removes an ephemeral group.
    pub(super) async fn leave(&self, subject: &str, lanes: &[Lane]) -> Result<(), Error> {
        let channel = self.connection.consuming().await?.channel().await?;
        let mut gone = Vec::new();
        for Lane { queue, .. } in lanes {
            let deleted =
                channel.queue_delete(queue.as_str().into(), QueueDeleteOptions::default());
            answered(deleted).await.map_err(unavailable)?;
            gone.push(queue.clone());
        }
        if is_reply(subject) { Ok(()) } else { self.queues.remove(subject, &gone).await }
    }

    /// Whether this group is the first of its subject: the settings of an empty queue
    /// name the one that declared it before all others.
    /// Where nothing is to be declared, what was noted then.
    async fn is_first(&self, subject: &str, group: &str) -> Result<bool, Error> {
        if !self.config.declare {
            return Ok(self.queues.first(subject).await?.as_deref() == Some(group));
        }
        let queue = names::first(&self.config.prefix, subject)?;
        let form = Form::Mark { key: names::key(group, None) };
        match self.declare(&queue, &Wanted { key: None, form }).await {
            Ok(()) => Ok(true),
            Err(Refused::Different(_)) => Ok(false),
            Err(refused) => Err(refused.told("queue", &queue)),
        }
    }

    async fn ensure_exchange(&self) -> Result<(), Error> {
        let name = &self.config.prefix;
        let mark = format!("exchange {name}");
        if self.known.has(&mark) {
            return Ok(());
        }
        let link = self.connection.consuming().await?;
        let declared = declare::exchange(&link, name, self.config.declare).await;
        declared.map_err(|refused| refused.told("exchange", name))?;
        self.known.note(&mark);
        Ok(())
    }

    async fn declare_queue(
        &self,
        subject: &str,
        queue: &str,
        wanted: &Wanted,
    ) -> Result<(), Error> {
        // The server tells a second one that a queue is there while the first one still
        // waits for it.
        let _turn = self.declaring.lock().await;
        if self.known.has(queue) && !matches!(wanted.form, Form::Brief) {
            return Ok(());
        }
        let declared = self.declare(queue, wanted).await;
        declared.map_err(|refused| refused.told("queue", queue))?;
        if !is_reply(subject) {
            self.queues.add(subject, queue).await?;
        }
        if !matches!(wanted.form, Form::Brief) {
            self.known.note(queue);
        }
        Ok(())
    }

    async fn declare(&self, queue: &str, wanted: &Wanted) -> Result<(), Refused> {
        let link = self.connection.consuming().await.map_err(Refused::Other)?;
        let make = self.config.declare || matches!(wanted.form, Form::Brief);
        declare::queue(&link, &self.config.prefix, queue, wanted, make).await
    }
}

/// The first step of a pause, with the queue that it is spent in.
impl Shared {
    /// Where a new message waits, and what is left of its delay then.
    pub(super) async fn later(
        &self,
        subject: &str,
        delay: std::time::Duration,
    ) -> Result<(String, std::time::Duration), Error> {
        let (millis, left) = hold::step(delay);
        Ok((self.ensure_later(subject, millis).await?, left))
    }
}

fn form(lane: Option<usize>) -> Form {
    if lane.is_some() { Form::Ordered } else { Form::Shared }
}
