//! How far a group has come on a partition. Kafka knows one offset, below which
//! everything is done with; what was done with above it is written to the ledger.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// What is done with above the committed offset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// Offsets below this one are done with, unless they are open.
    pub(super) top: i64,
    pub(super) open: BTreeSet<i64>,
    /// When the latest message that is done with was published. What came later
    /// is not: the topic may have been made again, and count anew.
    pub(super) latest: i64,
}

impl Progress {
    /// Whether a message is done with.
    pub(super) fn covers(&self, offset: i64, published: i64) -> bool {
        offset < self.top && published <= self.latest && !self.open.contains(&offset)
    }

    /// Below this offset everything is done with.
    pub(super) fn done(&self) -> i64 {
        self.open.first().copied().unwrap_or(self.top).min(self.top)
    }

    /// How many of the offsets from `committed` up to `end` are done with.
    pub(super) fn count(&self, committed: i64, end: i64) -> u64 {
        let top = self.top.min(end);
        let open = self.open.range(committed.min(top)..top).count();
        u64::try_from(top - committed).unwrap_or_default().saturating_sub(open as u64)
    }

    pub(super) fn write(&self) -> Bytes {
        // Numbers have a JSON form.
        serde_json::to_vec(self).unwrap_or_default().into()
    }

    /// What cannot be read is not known to be done with.
    pub(super) fn read(value: &[u8]) -> Self {
        serde_json::from_slice(value).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_or_came_later_is_not_done_with() {
        let progress = Progress { top: 9, open: [4, 7].into(), latest: 100 };
        assert_eq!(Progress::read(&progress.write()), progress);
        assert!(progress.covers(5, 100));
        for (offset, published) in [(4, 90), (9, 90), (5, 101)] {
            assert!(!progress.covers(offset, published), "{offset} at {published}");
        }
        assert_eq!(
            [progress.count(4, 20), progress.count(4, 6), progress.count(12, 20)],
            [3, 1, 0]
        );
    }
}
