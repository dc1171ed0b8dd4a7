//! The ledger: a text for each entry, with its revision, expired by Redis.

use std::time::Duration;

use bytes::{Buf as _, Bytes};
use futures_core::future::BoxFuture;

use super::connection::Connection;
use super::gather::Gather;
use super::{Redis, scripts, unexpected};
use crate::broker::Error;
use crate::broker::ledger::{Entry, Ledger, Write};
use crate::broker::remote::millis;

/// An entry that is written together with others.
pub(super) struct Owned {
    pub(super) key: String,
    pub(super) value: Bytes,
    pub(super) follows: u64,
    pub(super) keep: Duration,
}

impl From<Write<'_>> for Owned {
    fn from(Write { key, value, follows, keep }: Write<'_>) -> Self {
        Self { key: key.to_owned(), value, follows, keep }
    }
}

/// Writes the pairs of entries with which many attempts begin, in one step.
pub(super) fn beginning(connection: Connection) -> Gather<[Owned; 2], u64> {
    Gather::new(move |pairs: Vec<[Owned; 2]>| {
        let connection = connection.clone();
        async move {
            let mut script = scripts::WRITE_BOTH.arg(&connection.config.prefix);
            for Owned { key, value, follows, keep } in pairs.into_iter().flatten() {
                script.arg(key).arg(&value[..]).arg(follows).arg(millis(keep).max(1));
            }
            connection.invoke(&script).await
        }
    })
}

/// Reads what the scripts write: the revision, a colon and the value.
fn entry(text: Vec<u8>) -> Result<Entry, Error> {
    let colon = text.iter().position(|byte| *byte == b':').ok_or_else(unexpected)?;
    let mut value = Bytes::from(text);
    let revision = value.split_to(colon);
    value.advance(1);
    let revision = std::str::from_utf8(&revision).ok().and_then(|number| number.parse().ok());
    Ok(Entry { value: Some(value), revision: revision.ok_or_else(unexpected)? })
}

impl Ledger for Redis {
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Entry, Error>> {
        Box::pin(async move {
            let mut get = redis::cmd("GET");
            get.arg(format!("{}:ledger:{key}", self.connection.config.prefix));
            let found: Option<Vec<u8>> = self.connection.query(&get).await?;
            found.map_or_else(|| Ok(Entry::default()), entry)
        })
    }

    fn write<'a>(
        &'a self,
        key: &'a str,
        value: Bytes,
        follows: u64,
        keep: Duration,
    ) -> BoxFuture<'a, Result<Option<u64>, Error>> {
        Box::pin(async move {
            let mut script = scripts::WRITE.arg(&self.connection.config.prefix);
            script.arg(key).arg(&value[..]).arg(follows).arg(millis(keep).max(1));
            let revision: u64 = self.connection.run(&script).await?;
            Ok((revision > 0).then_some(revision))
        })
    }

    fn write_both<'a>(
        &'a self,
        first: Write<'a>,
        second: Write<'a>,
    ) -> BoxFuture<'a, Result<Option<[u64; 2]>, Error>> {
        Box::pin(async move {
            let pair = [Owned::from(first), Owned::from(second)];
            let bytes = pair.iter().map(|entry| entry.key.len() + entry.value.len()).sum();
            let revision = self.beginning.call(pair, bytes).await?;
            Ok((revision > 0).then(|| [revision - 1, revision]))
        })
    }

    fn remove<'a>(&'a self, key: &'a str, revision: u64) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let mut script = scripts::REMOVE.arg(&self.connection.config.prefix);
            script.arg(key).arg(revision);
            self.connection.run::<u8>(&script).await.map(|_| ())
        })
    }
}
