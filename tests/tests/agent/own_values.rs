//! Values of a contract as types of other crates, and what is none of them.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use agentgen::convert::Convert;
use agentgen::wkt;

/// Both ways, for a value that both sides can hold.
fn same<T: Convert<W> + Clone + Debug + PartialEq, W: Clone + Debug + PartialEq>(own: T, wire: W) {
    assert_eq!(own.clone().into_wire(), wire);
    assert_eq!(T::from_wire(wire), Ok(own));
}

fn refused<T: Convert<W> + Debug, W>(wire: W, message: &str) {
    assert_eq!(T::from_wire(wire).expect_err("it does not fit").message(), message);
}

fn duration(seconds: i64, nanos: i32) -> wkt::Duration {
    wkt::Duration { seconds, nanos }
}

fn timestamp(seconds: i64, nanos: i32) -> wkt::Timestamp {
    wkt::Timestamp { seconds, nanos }
}

#[test]
fn times_of_the_standard_library() {
    same(Duration::new(3, 500), duration(3, 500));
    assert_eq!(Convert::<wkt::Duration>::into_wire(Duration::MAX), duration(315_576_000_000, 0));
    refused::<Duration, _>(duration(0, -1), "must not be negative");
    same(SystemTime::UNIX_EPOCH + Duration::new(7, 9), timestamp(7, 9));
}

#[test]
fn times_of_chrono() {
    use chrono::{DateTime, TimeDelta, Utc};

    same(TimeDelta::milliseconds(-1500), duration(-1, -500_000_000));
    refused::<TimeDelta, _>(duration(i64::MAX, 0), "the duration is too long");
    let before: DateTime<Utc> = DateTime::from_timestamp(-1, 250).expect("a time");
    same(before, timestamp(-1, 250));
    refused::<DateTime<Utc>, _>(timestamp(i64::MAX, 0), "the timestamp is out of range");
}

#[test]
fn times_of_jiff() {
    use jiff::{SignedDuration, Timestamp};

    same(SignedDuration::from_millis(-1500), duration(-1, -500_000_000));
    same(Timestamp::from_nanosecond(-999_999_750).expect("a time"), timestamp(-1, 250));
    assert!(<Timestamp as Convert<_>>::from_wire(timestamp(i64::MAX, 0)).is_err());
}

#[test]
fn texts_of_other_crates() {
    let id = "0191f3a0-7c4e-7d3a-9f0b-0123456789ab".to_owned();
    same(id.parse::<uuid::Uuid>().expect("a UUID"), id);
    assert!(<uuid::Uuid as Convert<String>>::from_wire("7".into()).is_err());
    let page = "https://example.com/a?b=c".to_owned();
    same(page.parse::<url::Url>().expect("a URL"), page);
    refused::<url::Url, _>("/a".to_owned(), "no URL: relative URL without a base");
}

#[test]
fn bytes_that_are_shared() {
    same(bytes::Bytes::from_static(&[0, 255]), vec![0_u8, 255]);
}

#[test]
fn integers_that_hold_less_are_checked() {
    same(200_u8, 200_u32);
    same(-5_i16, -5_i32);
    same(usize::MAX, u64::MAX);
    refused::<u8, _>(256_u32, "256 is not between 0 and 255");
    refused::<i8, _>(-129_i32, "-129 is not between -128 and 127");
    refused::<u32, _>(1_u64 << 32, "4294967296 is not between 0 and 4294967295");
}
