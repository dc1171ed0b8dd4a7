//! Durations and points in time.

use std::time::{Duration, SystemTime};

use super::{Convert, WireError};

impl Convert<prost_types::Duration> for Duration {
    /// The longest duration of the contract, 10,000 years, where it is longer.
    fn into_wire(self) -> prost_types::Duration {
        const LONGEST: i64 = 315_576_000_000;
        let seconds = i64::try_from(self.as_secs()).unwrap_or(LONGEST);
        let nanos = i32::try_from(self.subsec_nanos()).unwrap_or_default();
        if seconds >= LONGEST {
            return prost_types::Duration { seconds: LONGEST, nanos: 0 };
        }
        prost_types::Duration { seconds, nanos }
    }

    fn from_wire(wire: prost_types::Duration) -> Result<Self, WireError> {
        wire.try_into().map_err(|_| WireError::new("", "must not be negative"))
    }
}

impl Convert<prost_types::Timestamp> for SystemTime {
    fn into_wire(self) -> prost_types::Timestamp {
        self.into()
    }

    fn from_wire(wire: prost_types::Timestamp) -> Result<Self, WireError> {
        wire.try_into().map_err(out_of_range)
    }
}

fn out_of_range(error: impl std::fmt::Display) -> WireError {
    WireError::new("", error.to_string())
}

#[cfg(feature = "chrono")]
mod with_chrono {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{Convert, WireError};

    impl Convert<prost_types::Duration> for TimeDelta {
        fn into_wire(self) -> prost_types::Duration {
            prost_types::Duration { seconds: self.num_seconds(), nanos: self.subsec_nanos() }
        }

        fn from_wire(wire: prost_types::Duration) -> Result<Self, WireError> {
            let (seconds, nanos) =
                (Self::try_seconds(wire.seconds), Self::nanoseconds(wire.nanos.into()));
            let whole = seconds.and_then(|seconds| seconds.checked_add(&nanos));
            whole.ok_or_else(|| super::out_of_range("the duration is too long"))
        }
    }

    impl Convert<prost_types::Timestamp> for DateTime<Utc> {
        fn into_wire(self) -> prost_types::Timestamp {
            // A leap second has up to two thousand million nanoseconds here.
            let nanos = self.timestamp_subsec_nanos().min(999_999_999);
            let nanos = i32::try_from(nanos).unwrap_or_default();
            prost_types::Timestamp { seconds: self.timestamp(), nanos }
        }

        fn from_wire(wire: prost_types::Timestamp) -> Result<Self, WireError> {
            let nanos = u32::try_from(wire.nanos).ok();
            let time = nanos.and_then(|nanos| Self::from_timestamp(wire.seconds, nanos));
            time.ok_or_else(|| super::out_of_range("the timestamp is out of range"))
        }
    }
}

#[cfg(feature = "jiff")]
mod with_jiff {
    use jiff::{SignedDuration, Timestamp};

    use super::{Convert, WireError};

    impl Convert<prost_types::Duration> for SignedDuration {
        fn into_wire(self) -> prost_types::Duration {
            prost_types::Duration { seconds: self.as_secs(), nanos: self.subsec_nanos() }
        }

        fn from_wire(wire: prost_types::Duration) -> Result<Self, WireError> {
            let whole =
                Self::from_secs(wire.seconds).checked_add(Self::from_nanos(wire.nanos.into()));
            whole.ok_or_else(|| super::out_of_range("the duration is too long"))
        }
    }

    impl Convert<prost_types::Timestamp> for Timestamp {
        fn into_wire(self) -> prost_types::Timestamp {
            let mut wire = prost_types::Timestamp {
                seconds: self.as_second(),
                nanos: self.subsec_nanosecond(),
            };
            // Before 1970 jiff counts both parts back.
            wire.normalize();
            wire
        }

        fn from_wire(wire: prost_types::Timestamp) -> Result<Self, WireError> {
            Self::new(wire.seconds, wire.nanos).map_err(super::out_of_range)
        }
    }
}
