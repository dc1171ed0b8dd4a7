//! Dropping what is published twice, for brokers that do not: the keys that were
//! accepted stand in the ledger for as long as the window.
//!
//! A key is written once its message is confirmed. Written before, it would have a
//! publisher that died in between believe that its message is stored; so two that
//! publish one key at the very same time may both be stored.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::future::BoxFuture;

use super::{Listed, Source, Wire};
use crate::broker::ledger::Ledger;
use crate::broker::{Capabilities, Depth, Error, Publish, Published, Subscription};

/// A wire that drops duplicates.
pub(in crate::broker) struct Dedupe<W> {
    wire: W,
    ledger: Arc<dyn Ledger>,
    window: Duration,
}

impl<W: Wire> Dedupe<W> {
    pub(in crate::broker) fn new(wire: W, ledger: Arc<dyn Ledger>, window: Duration) -> Self {
        Self { wire, ledger, window }
    }

    async fn publish_once(&self, message: Publish) -> Result<Published, Error> {
        let key = message.dedupe_key.as_ref().filter(|_| !self.window.is_zero());
        let Some(key) = key.map(|key| format!("i/published {}/{key}", message.subject)) else {
            return self.wire.publish(message).await;
        };
        let entry = self.ledger.read(&key).await?;
        if entry.value.is_some() {
            return Ok(Published { duplicate: true });
        }
        let published = self.wire.publish(message).await?;
        let mark = Bytes::from_static(b"1");
        // Where another was faster its mark is as good. Where there can be none, the
        // message is stored even so.
        if let Err(error) = self.ledger.write(&key, mark, entry.revision, self.window).await {
            tracing::warn!(%error, "a published message is not known to the ledger");
        }
        Ok(published)
    }
}

impl<W: Wire> Wire for Dedupe<W> {
    fn capabilities(&self) -> Capabilities {
        self.wire.capabilities()
    }

    fn max_message(&self) -> Option<usize> {
        self.wire.max_message()
    }

    fn dedupe_is_free(&self) -> bool {
        false
    }

    fn hands_over(&self) -> bool {
        self.wire.hands_over()
    }

    fn publish(&self, message: Publish) -> BoxFuture<'_, Result<Published, Error>> {
        Box::pin(self.publish_once(message))
    }

    fn prepare<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        self.wire.prepare(subject)
    }

    fn join(&self, subscription: Subscription) -> BoxFuture<'_, Result<Box<dyn Source>, Error>> {
        self.wire.join(subscription)
    }

    fn depth<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Depth, Error>> {
        self.wire.depth(subject)
    }

    fn browse<'a>(
        &'a self,
        subject: &'a str,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Listed>, Error>> {
        self.wire.browse(subject, after, limit)
    }

    fn close(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.wire.close()
    }
}
