//! What messages of well-known types stand for in expressions.

use cel::common::types::{CelDuration, CelInt, CelNull, CelTimestamp};
use chrono::{DateTime, TimeDelta, Utc};

use super::record::Record;
use super::{Boxed, value};
use crate::codec::MessageType;

/// Now, as `now` is.
pub(super) fn now() -> DateTime<Utc> {
    DateTime::from(std::time::SystemTime::now())
}

/// The value of a message: itself, unless its type is a well-known one.
///
/// # Errors
/// A time is out of range.
pub(super) fn lift(of: &'static MessageType, record: Record) -> Result<Boxed, String> {
    let slot = |index: usize| -> Option<Boxed> { Some(record.slot(index)?.clone_as_boxed()) };
    let short = of.name.strip_prefix("google.protobuf.").unwrap_or_default();
    let whole = |index: usize| {
        let Some(value) = record.slot(index) else { return 0 };
        value.downcast_ref::<CelInt>().map_or(0, |value| *value.inner())
    };
    Ok(match short {
        "Timestamp" => timestamp(whole(0), whole(1))?,
        "Duration" => duration(whole(0), whole(1))?,
        "Value" => match (1..of.fields.len()).find_map(slot) {
            Some(value) => value,
            None => Box::new(CelNull),
        },
        "Struct" | "ListValue" => slot(0).unwrap_or_else(|| value::of_absent(&of.fields[0])),
        _ if is_wrapper(short) => slot(0).unwrap_or_else(|| value::zero(&of.fields[0].kind)),
        _ => Box::new(record),
    })
}

/// The value of a field of this type that is not set.
pub(super) fn absent(of: &'static MessageType) -> Boxed {
    match of.name.strip_prefix("google.protobuf.") {
        Some(short) if is_wrapper(short) => Box::new(CelNull),
        _ => {
            let empty = Record::new(of, of.fields.iter().map(|_| None).collect());
            // Nothing is out of range at zero.
            lift(of, empty).unwrap_or_else(|_| Box::new(CelNull))
        }
    }
}

fn is_wrapper(short: &str) -> bool {
    short.ends_with("Value") && !matches!(short, "Value" | "ListValue")
}

pub(super) fn timestamp(seconds: i64, nanos: i64) -> Result<Boxed, String> {
    let nanos = u32::try_from(nanos).ok();
    let instant = nanos.and_then(|nanos| DateTime::from_timestamp(seconds, nanos));
    let instant = instant.ok_or("a timestamp is out of range")?;
    Ok(Box::new(CelTimestamp::from(instant.fixed_offset())))
}

pub(super) fn duration(seconds: i64, nanos: i64) -> Result<Boxed, String> {
    let length = TimeDelta::try_seconds(seconds)
        .and_then(|whole| whole.checked_add(&TimeDelta::nanoseconds(nanos)));
    Ok(Box::new(CelDuration::from(length.ok_or("a duration is out of range")?)))
}
