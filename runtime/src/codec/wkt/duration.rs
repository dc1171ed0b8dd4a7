//! `google.protobuf.Duration`: seconds with the suffix `s`, about ten thousand
//! years either way.

use std::fmt;

use prost_types::Duration;
use serde::de::Visitor;
use serde::ser::Error as _;
use serde::{Deserializer, Serializer};

use crate::codec::json::{Scope, Value};

const LIMIT: u64 = 315_576_000_000;

impl Value for Duration {
    fn write<S: Serializer>(&self, _: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        match format(*self) {
            Some(text) => out.serialize_str(&text),
            None => Err(S::Error::custom(
                "duration out of range: at most 315576000000s either way, one sign for both parts",
            )),
        }
    }

    fn read<'de, D: Deserializer<'de>>(&mut self, _: Scope<'_>, input: D) -> Result<(), D::Error> {
        *self = input.deserialize_str(DurationVisitor)?;
        Ok(())
    }
}

struct DurationVisitor;

impl Visitor<'_> for DurationVisitor {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seconds with the suffix \"s\", such as \"1.5s\", up to {LIMIT} either way")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Duration, E> {
        parse(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

fn format(duration: Duration) -> Option<String> {
    let (seconds, nanos) = (duration.seconds, duration.nanos);
    let signs_differ = (seconds < 0 && nanos > 0) || (seconds > 0 && nanos < 0);
    if signs_differ || seconds.unsigned_abs() > LIMIT || nanos.unsigned_abs() >= 1_000_000_000 {
        return None;
    }
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    Some(format!("{sign}{}{}s", seconds.unsigned_abs(), Fraction(nanos.unsigned_abs())))
}

/// The duration that a text such as `-1.5s` is; `None` as well where it is
/// out of range.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let text = text.strip_suffix('s')?;
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (seconds, nanos) = match text.split_once('.') {
        Some((seconds, fraction)) => (seconds, parse_fraction(fraction)?),
        None => (text, 0),
    };
    // `parse` alone would take a sign.
    let digits = seconds.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: u64 = digits.then(|| seconds.parse().ok())??;
    if seconds > LIMIT {
        return None;
    }
    let (seconds, nanos) = (i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?);
    Some(if negative {
        Duration { seconds: -seconds, nanos: -nanos }
    } else {
        Duration { seconds, nanos }
    })
}

/// Nanoseconds after the decimal point: nothing, or 3, 6 or 9 digits.
pub(super) struct Fraction(pub(super) u32);

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            nanos if nanos % 1_000_000 == 0 => write!(f, ".{:03}", nanos / 1_000_000),
            nanos if nanos % 1_000 == 0 => write!(f, ".{:06}", nanos / 1_000),
            nanos => write!(f, ".{nanos:09}"),
        }
    }
}

/// The nanoseconds of 1 to 9 digits after the decimal point.
pub(super) fn parse_fraction(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let missing = 9_usize.checked_sub(text.len())?;
    let value: u32 = digits.then(|| text.parse().ok())??;
    Some(value * 10_u32.pow(u32::try_from(missing).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seconds: i64, nanos: i32) -> Duration {
        Duration { seconds, nanos }
    }

    #[test]
    fn both_ways() {
        for (duration, text) in [
            (of(0, 0), "0s"),
            (of(1, 0), "1s"),
            (of(3, 500_000_000), "3.500s"),
            (of(-1, -500_000_000), "-1.500s"),
            (of(0, -1), "-0.000000001s"),
            (of(0, 10_000), "0.000010s"),
            (of(315_576_000_000, 999_999_999), "315576000000.999999999s"),
        ] {
            assert_eq!(format(duration).as_deref(), Some(text));
            assert_eq!(parse(text), Some(duration));
        }
        assert_eq!(parse("1.5s"), Some(of(1, 500_000_000)));
    }

    #[test]
    fn nothing_out_of_range_is_written() {
        for duration in [
            of(315_576_000_001, 0),
            of(-315_576_000_001, 0),
            of(1, -1),
            of(-1, 1),
            of(0, 1_000_000_000),
            of(i64::MIN, i32::MIN),
        ] {
            assert_eq!(format(duration), None, "{duration:?}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "s",
            "1",
            "1h",
            "1.s",
            ".5s",
            "+1s",
            "--1s",
            "1e3s",
            "1.0000000001s",
            "-s",
            "1 s",
            "315576000001s",
            "99999999999999999999s",
            "1.+5s",
            "-+1s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
