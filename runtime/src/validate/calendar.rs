//! Durations and timestamps as whole numbers of nanoseconds: wide enough for
//! every value that the wire can carry, so that nothing overflows.

use std::time::{SystemTime, UNIX_EPOCH};

use prost_types::{Duration, Timestamp};

const SECOND: i128 = 1_000_000_000;

pub(super) fn duration(value: &Duration) -> i128 {
    i128::from(value.seconds) * SECOND + i128::from(value.nanos)
}

pub(super) fn timestamp(value: &Timestamp) -> i128 {
    i128::from(value.seconds) * SECOND + i128::from(value.nanos)
}

/// The time, as a timestamp; 0 where the clock stands before 1970.
pub(super) fn now() -> i128 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i128::try_from(since.as_nanos()).unwrap_or(i128::MAX)
}
