//! A day of the calendar: all that expiry needs.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day, as in `2027-01-31`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no date; write it as in 2027-01-31")]
pub struct DateError(String);

impl Date {
    /// The day, if the calendar has it.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists = (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// Today, in UTC.
    pub fn today() -> Self {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::after_epoch(elapsed.as_secs() / 86_400)
    }

    /// The day so many days after 1970-01-01; the last one that can be written
    /// where there is none.
    fn after_epoch(mut days: u64) -> Self {
        for year in 1970..=9999 {
            for month in 1..=12 {
                let length = u64::from(days_of(year, month));
                match u8::try_from(days) {
                    Ok(day) if days < length => return Self { year, month, day: day + 1 },
                    _ => days -= length,
                }
            }
        }
        Self { year: 9999, month: 12, day: 31 }
    }
}

fn days_of(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let mut parts = text.split('-');
        let mut part = |length: usize| {
            let digits = parts.next().filter(|part| part.len() == length)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u16>().ok())?
        };
        let (year, month, day) = (part(4), part(2), part(2));
        let small = |part: Option<u16>| part.and_then(|part| u8::try_from(part).ok());
        match (year, small(month), small(day), parts.next()) {
            (Some(year), Some(month), Some(day), None) => Self::new(year, month, day),
            _ => None,
        }
        .ok_or_else(|| DateError(text.to_owned()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_epoch() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (20_454, "2026-01-01"),
            (47_541, "2100-03-01"),
            (u64::MAX / 86_400, "9999-12-31"),
        ] {
            assert_eq!(Date::after_epoch(days).to_string(), expected);
        }
    }

    #[test]
    fn only_days_that_exist_are_dates() {
        for text in ["2027-01-31", "2028-02-29", "2000-02-29"] {
            assert_eq!(text.parse().map(|date: Date| date.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "",
            "2027-02-29",
            "2100-02-29",
            "2027-1-31",
            "2027-13-01",
            "2027-00-10",
            "2027-01-31-",
            "+027-01-31",
        ] {
            assert_eq!(text.parse::<Date>(), Err(DateError(text.to_owned())));
        }
    }

    #[test]
    fn dates_compare_by_time() {
        let date = |text: &str| text.parse::<Date>().expect("a date");
        assert!(date("2026-12-31") < date("2027-01-01") && date("2027-01-31") < date("2027-02-01"));
    }
}
