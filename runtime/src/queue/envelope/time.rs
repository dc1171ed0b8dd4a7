//! The time of an event.

use std::cell::RefCell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prost_types::Timestamp;

thread_local! {
    /// The second that was written last, and its text without the zone.
    static SECOND: RefCell<(u64, String)> = RefCell::default();
}

/// A time as RFC 3339 has it, in UTC with nanoseconds. The text of a second is kept for
/// those that follow in it: to find the day of each costs more than all the rest of it.
pub(super) fn text(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    SECOND.with_borrow_mut(|(second, text)| {
        if text.is_empty() || *second != since.as_secs() {
            *second = since.as_secs();
            let whole = UNIX_EPOCH + Duration::from_secs(*second);
            *text = Timestamp::from(whole).to_string();
            text.truncate(text.len() - 1);
        }
        format!("{text}.{:09}Z", since.subsec_nanos())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_it_is_read() {
        for millis in [0, 1, 999, 1000, 1_790_000_000_123, 1_790_000_000_124, 5] {
            let time = UNIX_EPOCH + Duration::from_millis(millis);
            let read: Timestamp = text(time).parse().expect("a timestamp");
            assert_eq!(SystemTime::try_from(read).expect("a time"), time);
        }
        assert_eq!(text(UNIX_EPOCH), "1970-01-01T00:00:00.000000000Z");
    }
}
