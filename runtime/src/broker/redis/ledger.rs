//! The ledger: a hash for each entry, with its revision, expired by Redis.

use std::time::Duration;

use bytes::Bytes;
use futures_core::future::BoxFuture;

use super::{Redis, scripts};
use crate::broker::Error;
use crate::broker::ledger::{Entry, Ledger};
use crate::broker::remote::millis;

impl Ledger for Redis {
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Entry, Error>> {
        Box::pin(async move {
            let mut get = redis::cmd("HMGET");
            get.arg(format!("{}:ledger:{key}", self.0.config.prefix)).arg("v").arg("r");
            let (value, revision): (Option<Vec<u8>>, Option<u64>) = self.0.query(&get).await?;
            Ok(Entry { value: value.map(Bytes::from), revision: revision.unwrap_or_default() })
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

    fn remove<'a>(&'a self, key: &'a str, revision: u64) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let mut script = scripts::REMOVE.arg(&self.0.config.prefix);
            script.arg(key).arg(revision);
            self.0.run::<u8>(&script).await.map(|_| ())
        })
    }
}
