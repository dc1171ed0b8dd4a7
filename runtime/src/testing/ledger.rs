//! What every ledger of attempts and results promises, one function per promise; see
//! `broker_suite` for the form.
#![expect(
    clippy::missing_panics_doc,
    reason = "every promise panics when it is broken: the module says so once"
)]

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;

use crate::broker::{self, Error, Write};

/// How long entries are kept that are not to expire.
const LONG: Duration = Duration::from_secs(600);

/// A handle on the ledger that a URL names, as one of several processes has it.
#[derive(Clone)]
pub struct Ledger(Arc<dyn broker::Ledger>);

impl Ledger {
    /// Opens it.
    pub async fn open(url: &str) -> Result<Self, Error> {
        Ok(Self(broker::open_ledger(url, false).await?))
    }

    /// The value and the revision of an entry; none and 0 where there is none.
    pub async fn read(&self, key: &str) -> Result<(Option<Bytes>, u64), Error> {
        let entry = self.0.read(key).await?;
        Ok((entry.value, entry.revision))
    }

    /// Writes an entry that follows a revision; the new one, or `None` where another
    /// was faster.
    pub async fn write(&self, key: &str, value: &str, follows: u64) -> Result<Option<u64>, Error> {
        self.0.write(key, value.to_owned().into(), follows, LONG).await
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Ledger").finish_non_exhaustive()
    }
}

/// Makes a test of every promise; the expression is a URL of a ledger that is empty, and
/// is evaluated in each.
#[macro_export]
macro_rules! ledger_suite {
    ($url:expr) => {
        $crate::ledger_suite! { @tests $url;
            an_entry_is_written_by_who_knows_its_revision
            a_removed_entry_leaves_its_revision_to_nobody
            an_entry_expires
            of_many_writers_at_once_one_is_first
            entries_are_there_for_every_handle
            two_entries_are_written_both_or_none
            an_entry_is_written_over_another_or_not_at_all
        }
    };
    (@tests $url:expr; $($promise:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            $crate::testing::ledger::$promise(&$url).await;
        }
    )*};
}

#[track_caller]
fn ok<T>(result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| panic!("unexpected error: {error}"))
}

async fn open(url: &str) -> Ledger {
    ok(Ledger::open(url).await)
}

/// A write names the revision that it follows, or nothing is written.
pub async fn an_entry_is_written_by_who_knows_its_revision(url: &str) {
    let ledger = open(url).await;
    for key in ["a/jobs/g/1", "i/jobs/g/any key, with \"ü\" and / and ."] {
        assert_eq!(ok(ledger.read(key).await), (None, 0));
        let first = ok(ledger.write(key, "one", 0).await).expect("nobody was faster");
        assert_eq!(ok(ledger.write(key, "other", 0).await), None);
        let second = ok(ledger.write(key, "two", first).await).expect("nobody was faster");
        assert!(second > first, "{second} follows {first}");
        assert_eq!(ok(ledger.write(key, "late", first).await), None);
        assert_eq!(ok(ledger.read(key).await), (Some("two".into()), second));
    }
}

/// Who held a removed entry writes no other in its place.
pub async fn a_removed_entry_leaves_its_revision_to_nobody(url: &str) {
    let ledger = open(url).await;
    let key = "a/jobs/g/2";
    let first = ok(ledger.write(key, "one", 0).await).expect("nobody was faster");
    let second = ok(ledger.write(key, "two", first).await).expect("nobody was faster");
    ok(ledger.0.remove(key, first).await);
    assert_eq!(ok(ledger.read(key).await).1, second, "removed by who knew an old revision");
    ok(ledger.0.remove(key, second).await);
    ok(ledger.0.remove(key, second).await);
    assert_eq!(ok(ledger.read(key).await).0, None);
    let again = ok(ledger.write(key, "three", 0).await).expect("its place is free");
    assert!(again != first && again != second, "revision {again} was given twice");
    assert_eq!(ok(ledger.write(key, "late", second).await), None);
}

/// An entry is gone once its time is over, and its place is free; no other is.
pub async fn an_entry_expires(url: &str) {
    let ledger = open(url).await;
    let (brief, key) = (Duration::from_millis(300), "i/jobs/g/brief");
    ok(ledger.write("i/jobs/g/long", "kept", 0).await);
    ok(ledger.0.write(key, "brief".into(), 0, brief).await);
    assert_eq!(ok(ledger.read(key).await).0, Some("brief".into()));
    tokio::time::sleep(brief * 2).await;
    let (value, revision) = ok(ledger.read(key).await);
    assert_eq!(value, None, "kept for too long");
    assert!(ok(ledger.write(key, "next", revision).await).is_some());
    assert_eq!(ok(ledger.read("i/jobs/g/long").await).0, Some("kept".into()));
}

/// Handles, as of several processes, that write at once: one of them each time.
pub async fn of_many_writers_at_once_one_is_first(url: &str) {
    let handles = [open(url).await, open(url).await];
    let mut revision = 0;
    for round in 0..20 {
        let writes = (0..8).map(|number| {
            let ledger = handles[number % 2].clone();
            tokio::spawn(async move {
                let value = format!("{round} {number}");
                ok(ledger.write("a/jobs/g/3", &value, revision).await).map(|next| (value, next))
            })
        });
        let written: Vec<_> = join_all(writes).await.into_iter().filter_map(Result::ok).collect();
        let mut first = written.into_iter().flatten();
        let (value, next) = first.next().expect("one of them writes");
        assert_eq!(first.next(), None, "two wrote after revision {revision}");
        for handle in &handles {
            assert_eq!(ok(handle.read("a/jobs/g/3").await), (Some(value.clone().into()), next));
        }
        revision = next;
    }
}

/// What is written is there for who opens the ledger later.
pub async fn entries_are_there_for_every_handle(url: &str) {
    let ledger = open(url).await;
    let written = ok(ledger.write("a/jobs/g/4", "kept", 0).await).expect("nobody was faster");
    drop(ledger);
    let ledger = open(url).await;
    assert_eq!(ok(ledger.read("a/jobs/g/4").await), (Some("kept".into()), written));
    assert!(ok(ledger.write("a/jobs/g/4", "next", written).await).is_some());
}

/// Two entries that are written in one step are both written, or none of them; ledgers
/// without such a step write neither.
pub async fn two_entries_are_written_both_or_none(url: &str) {
    let ledger = open(url).await;
    let keys = ["a/jobs/g/5", "i/jobs/g/5"];
    let both = async |value: &'static str, follows: [u64; 2]| {
        let entry = |place: usize| Write {
            key: keys[place],
            value: value.into(),
            follows: follows[place],
            keep: LONG,
        };
        ok(ledger.0.write_both(entry(0), entry(1)).await)
    };
    let read = async || (ok(ledger.read(keys[0]).await), ok(ledger.read(keys[1]).await));
    let Some([first, second]) = both("one", [0, 0]).await else {
        assert_eq!(read().await, ((None, 0), (None, 0)), "written in spite of what it says");
        return;
    };
    assert_ne!(first, second, "a revision was given twice");
    for follows in [[0, second], [first, 0]] {
        assert_eq!(both("late", follows).await, None, "written after {follows:?}");
        let there = ((Some("one".into()), first), (Some("one".into()), second));
        assert_eq!(read().await, there, "written by half");
    }
    assert!(both("two", [first, second]).await.is_some(), "nobody was faster");
}

/// An entry that is written over another one leaves both as they were where somebody was
/// faster, and removes of the other what the writer knows alone.
pub async fn an_entry_is_written_over_another_or_not_at_all(url: &str) {
    let ledger = open(url).await;
    let (key, other) = ("i/jobs/g/6", "a/jobs/g/6");
    let over = async |value: &'static str, follows: u64, revision: u64| {
        let entry = Write { key, value: value.into(), follows, keep: LONG };
        ok(ledger.0.write_over(entry, (other, revision)).await)
    };
    let first = ok(ledger.write(key, "held", 0).await).expect("nobody was faster");
    let old = ok(ledger.write(other, "one", 0).await).expect("nobody was faster");
    let known = ok(ledger.write(other, "two", old).await).expect("nobody was faster");
    assert_eq!(over("late", 0, known).await, None);
    assert_eq!(ok(ledger.read(key).await), (Some("held".into()), first));
    let (next, _) = over("result", first, old).await.expect("nobody was faster");
    assert_eq!(ok(ledger.read(key).await), (Some("result".into()), next));
    assert_eq!(ok(ledger.read(other).await), (Some("two".into()), known), "removed unseen");
    let (next, removed) = over("again", next, known).await.expect("nobody was faster");
    assert_eq!(ok(ledger.read(key).await).1, next);
    assert_eq!(ok(ledger.read(other).await).0.is_none(), removed);
}
