//! A part of a ledger, so that several brokers may share one.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::future::BoxFuture;

use super::{Entry, Ledger, Write};
use crate::broker::Error;

/// The entries of one broker.
pub(super) struct Scoped {
    ledger: Arc<dyn Ledger>,
    scope: String,
}

impl Scoped {
    pub(super) fn new(ledger: Arc<dyn Ledger>, scope: &str) -> Self {
        Self { ledger, scope: scope.to_owned() }
    }

    /// The kind of an entry stays in front: ledgers go by it.
    fn key(&self, key: &str) -> String {
        let (kind, rest) = key.split_once('/').unwrap_or(("a", key));
        format!("{kind}/{}/{rest}", self.scope)
    }
}

impl Ledger for Scoped {
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Entry, Error>> {
        Box::pin(async move { self.ledger.read(&self.key(key)).await })
    }

    fn write<'a>(
        &'a self,
        key: &'a str,
        value: Bytes,
        follows: u64,
        keep: Duration,
    ) -> BoxFuture<'a, Result<Option<u64>, Error>> {
        Box::pin(async move { self.ledger.write(&self.key(key), value, follows, keep).await })
    }

    fn write_both<'a>(
        &'a self,
        first: Write<'a>,
        second: Write<'a>,
    ) -> BoxFuture<'a, Result<Option<[u64; 2]>, Error>> {
        Box::pin(async move {
            let (one, other) = (self.key(first.key), self.key(second.key));
            let first = Write { key: &one, ..first };
            self.ledger.write_both(first, Write { key: &other, ..second }).await
        })
    }

    fn write_over<'a>(
        &'a self,
        entry: Write<'a>,
        (key, revision): (&'a str, u64),
    ) -> BoxFuture<'a, Result<Option<(u64, bool)>, Error>> {
        Box::pin(async move {
            let (one, other) = (self.key(entry.key), self.key(key));
            self.ledger.write_over(Write { key: &one, ..entry }, (&other, revision)).await
        })
    }

    fn remove<'a>(&'a self, key: &'a str, revision: u64) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move { self.ledger.remove(&self.key(key), revision).await })
    }
}
