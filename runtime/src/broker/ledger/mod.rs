//! Where brokers behind a network keep what they have no place for: attempts that
//! began, who may write next, and results (see `broker::remote`). Each broker has a
//! ledger by default; the option `ledger=` of its URL names another.
//!
//! A ledger is one file, beside the broker whose server or file it uses, or here, and one row
//! of the registry here.

mod choice;
#[cfg(feature = "postgres")]
mod postgres;
mod registry;
mod scoped;

use std::time::Duration;

use bytes::Bytes;
use futures_core::future::BoxFuture;

pub(super) use choice::Choice;
#[cfg(feature = "testing")]
pub(crate) use registry::open as open_ledger;

#[cfg(any(feature = "nats", feature = "postgres"))]
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
#[cfg(any(feature = "nats", feature = "postgres"))]
use sha2::{Digest as _, Sha256};

use super::Error;

/// A key in the place of one that is too long for a ledger: of the same kind, and no
/// other's.
#[cfg(any(feature = "nats", feature = "postgres"))]
pub(super) fn digested(key: &str) -> String {
    let (kind, _) = key.split_once('/').unwrap_or(("a", key));
    format!("{kind}/sha256/{}", URL_SAFE_NO_PAD.encode(Sha256::digest(key)))
}

/// An entry of the ledger.
#[derive(Default)]
pub(crate) struct Entry {
    /// Absent where there is none, or where its time is over.
    pub(crate) value: Option<Bytes>,
    /// What a write that follows this one has to name; 0 where there is none.
    pub(crate) revision: u64,
}

/// An entry that is to be written.
pub(crate) struct Write<'a> {
    pub(crate) key: &'a str,
    pub(crate) value: Bytes,
    /// The revision that it follows.
    pub(crate) follows: u64,
    pub(crate) keep: Duration,
}

/// Small durable entries by key, written in turn.
///
/// A key begins with `a/` for what is under way or `i/` for what is remembered.
/// No revision is given twice in the life of a ledger, not even to another key.
pub(crate) trait Ledger: Send + Sync + 'static {
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Entry, Error>>;

    /// Writes an entry that follows a revision; returns the new one, or `None`
    /// where somebody else was faster. Durable when this resolves.
    fn write<'a>(
        &'a self,
        key: &'a str,
        value: Bytes,
        follows: u64,
        keep: Duration,
    ) -> BoxFuture<'a, Result<Option<u64>, Error>>;

    /// Writes two entries in one step, both or none; returns their revisions, or `None`
    /// where nothing was written: somebody else was faster with one of them, or this
    /// ledger has no such step.
    fn write_both<'a>(
        &'a self,
        _first: Write<'a>,
        _second: Write<'a>,
    ) -> BoxFuture<'a, Result<Option<[u64; 2]>, Error>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Writes an entry, and where this ledger can in one step with it, removes another one
    /// that still has this revision; returns the new revision of the first, and whether
    /// that step was made. `None` where somebody else was faster with the first: nothing
    /// has happened then.
    fn write_over<'a>(
        &'a self,
        Write { key, value, follows, keep }: Write<'a>,
        _over: (&'a str, u64),
    ) -> BoxFuture<'a, Result<Option<(u64, bool)>, Error>> {
        Box::pin(async move {
            let written = self.write(key, value, follows, keep).await?;
            Ok(written.map(|revision| (revision, false)))
        })
    }

    /// Removes an entry, where it still has this revision.
    fn remove<'a>(&'a self, key: &'a str, revision: u64) -> BoxFuture<'a, Result<(), Error>>;
}
