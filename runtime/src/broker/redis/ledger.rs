//! The ledger: a text for each entry, with its revision, expired by Redis.

use std::time::Duration;

use bytes::{Buf as _, Bytes};
use futures_core::future::BoxFuture;

use super::{Redis, scripts, unexpected};
use crate::broker::Error;
use crate::broker::ledger::{Entry, Ledger, Write};
use crate::broker::remote::millis;

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
            get.arg(format!("{}:ledger:{key}", self.0.config.prefix));
            let found: Option<Vec<u8>> = self.0.query(&get).await?;
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
            let mut script = scripts::WRITE.arg(&self.0.config.prefix);
            script.arg(key).arg(&value[..]).arg(follows).arg(millis(keep).max(1));
            let revision: u64 = self.0.run(&script).await?;
            Ok((revision > 0).then_some(revision))
        })
    }

    fn write_both<'a>(
        &'a self,
        first: Write<'a>,
        second: Write<'a>,
    ) -> BoxFuture<'a, Result<Option<[u64; 2]>, Error>> {
        Box::pin(async move {
            let mut script = scripts::WRITE_BOTH.arg(&self.0.config.prefix);
            for Write { key, value, follows, keep } in [first, second] {
                script.arg(key).arg(&value[..]).arg(follows).arg(millis(keep).max(1));
            }
            let revisions: Vec<u64> = self.0.run(&script).await?;
            Ok(revisions.try_into().ok())
        })
    }

    fn remove<'a>(&'a self, key: &'a str, revision: u64) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let mut script = scripts::REMOVE.arg(&self.0.config.prefix);
            script.arg(key).arg(revision);
            self.0.run::<u8>(&script).await.map(|_| ())
        })
    }
}
