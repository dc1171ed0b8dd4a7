//! `google.protobuf.Timestamp`: RFC 3339 from year 1 to year 9999, written in
//! UTC with 0, 3, 6 or 9 digits of the second's fraction.

use std::fmt;

use prost_types::Timestamp;
use serde::de::Visitor;
use serde::ser::Error as _;
use serde::{Deserializer, Serializer};

use super::duration::{Fraction, parse_fraction};
use crate::codec::json::{Scope, Value};

/// The first second of year 1 and the last one of year 9999.
const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
const DAY: i64 = 86_400;

impl Value for Timestamp {
    fn write<S: Serializer>(&self, _: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        match format(*self) {
            Some(text) => out.serialize_str(&text),
            None => Err(S::Error::custom("timestamp out of range: years 1 to 9999")),
        }
    }

    fn read<'de, D: Deserializer<'de>>(&mut self, _: Scope<'_>, input: D) -> Result<(), D::Error> {
        *self = input.deserialize_str(TimestampVisitor)?;
        Ok(())
    }
}

struct TimestampVisitor;

impl Visitor<'_> for TimestampVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 time of the years 1 to 9999, such as \"2025-01-31T12:00:00Z\"")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
        parse(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

fn format(timestamp: Timestamp) -> Option<String> {
    let nanos = u32::try_from(timestamp.nanos).ok().filter(|nanos| *nanos < 1_000_000_000)?;
    if !RANGE.contains(&timestamp.seconds) {
        return None;
    }
    let (days, second) = (timestamp.seconds.div_euclid(DAY), timestamp.seconds.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let fraction = Fraction(nanos);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"))
}

/// The timestamp that an RFC 3339 text is; `None` as well where it is out of
/// range.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.splitn(3, '-');
    let (year, month, day) =
        (digits(date.next()?, 4)?, digits(date.next()?, 2)?, digits(date.next()?, 2)?);
    let zone = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone);
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, parse_fraction(fraction)?),
        None => (clock, 0),
    };
    let mut clock = clock.splitn(3, ':');
    let (hour, minute, second) =
        (digits(clock.next()?, 2)?, digits(clock.next()?, 2)?, digits(clock.next()?, 2)?);
    let valid = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !valid {
        return None;
    }
    let local = days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
    let seconds = local - offset(zone)?;
    let nanos = i32::try_from(fraction).ok()?;
    (year > 0 && RANGE.contains(&seconds)).then_some(Timestamp { seconds, nanos })
}

/// The seconds that a zone is ahead of UTC: `Z` or `+hh:mm`.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// A number of exactly `len` digits.
fn digits(text: &str, len: usize) -> Option<i64> {
    let valid = text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| text.parse().ok())?
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar. The
/// year is taken to begin in March, so that a leap day is its last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date of a day since 1970-01-01, the inverse of [`days_from_civil`].
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64, nanos: i32) -> Timestamp {
        Timestamp { seconds, nanos }
    }

    #[test]
    fn writes_the_fewest_groups_of_three_digits() {
        for (nanos, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (500_000_000, "1970-01-01T00:00:00.500Z"),
            (1_000, "1970-01-01T00:00:00.000001Z"),
            (1, "1970-01-01T00:00:00.000000001Z"),
        ] {
            assert_eq!(format(at(0, nanos)).as_deref(), Some(text));
        }
    }

    #[test]
    fn the_ends_of_the_range_survive_both_ways() {
        for (timestamp, text) in [
            (at(*RANGE.start(), 0), "0001-01-01T00:00:00Z"),
            (at(*RANGE.end(), 999_999_999), "9999-12-31T23:59:59.999999999Z"),
            (at(-1, 0), "1969-12-31T23:59:59Z"),
            (at(951_782_400, 0), "2000-02-29T00:00:00Z"),
        ] {
            assert_eq!(format(timestamp).as_deref(), Some(text));
            assert_eq!(parse(text), Some(timestamp));
        }
    }

    #[test]
    fn every_day_of_the_range_has_its_own_date() {
        for days in (RANGE.start() / DAY..=RANGE.end() / DAY).step_by(17) {
            let (year, month, day) = civil(days);
            assert_eq!(days_from_civil(year, month, day), days, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn nothing_out_of_range_is_written() {
        for timestamp in [
            at(*RANGE.start() - 1, 0),
            at(*RANGE.end() + 1, 0),
            at(0, -1),
            at(0, 1_000_000_000),
            at(i64::MIN, 0),
        ] {
            assert_eq!(format(timestamp), None, "{timestamp:?}");
        }
    }

    #[test]
    fn offsets_are_taken_off() {
        assert_eq!(parse("1970-01-01T08:00:00+08:00"), Some(at(0, 0)));
        assert_eq!(parse("1969-12-31T23:30:00.25-00:30"), Some(at(0, 250_000_000)));
    }

    #[test]
    fn what_is_no_rfc_3339_is_refused() {
        for text in [
            "",
            "1970-01-01",
            "1970-01-01T00:00:00",
            "1970-01-01t00:00:00Z",
            "1970-01-01T00:00:00z",
            "1970-01-01 00:00:00Z",
            "1970-13-01T00:00:00Z",
            "1970-02-29T00:00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-01-01T00:60:00Z",
            "1970-01-01T00:00:60Z",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00.0000000001Z",
            "1970-01-01T00:00:00+24:00",
            "1970-01-01T00:00:00+0800",
            "1970-01-01T00:00:00ZZ",
            "0000-12-31T23:59:59Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "+970-01-01T00:00:00Z",
            "1970-01-01T00:00:00é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
