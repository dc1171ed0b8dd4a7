//! Headers on the wire: those of the message as they are, and three of our own
//! beside the server's.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::header::{HeaderName, IntoHeaderName as _};

use crate::broker::{Publish, remote};
use crate::queue::names;
use crate::{Metadata, context};

/// How long a message is held back, in milliseconds from its publication.
const DELAY: &str = "Agentgen-Delay";
/// How long it is worth delivering, in milliseconds from its publication.
const EXPIRES: &str = "Agentgen-Expires";
/// How long an entry of the ledger is kept, in milliseconds.
pub(super) const KEEP: &str = "Agentgen-Keep";

/// Names that are the server's or ours, and no header of the message. Metadata
/// has lower-case names, so that none of its own is among them.
fn is_reserved(name: &str) -> bool {
    name.starts_with("Nats-") || name.starts_with("Agentgen-")
}

/// Names that nearly every message has: static ones take no memory of their own.
const COMMON: [&str; 10] = [
    names::SPEC_VERSION,
    names::ID,
    names::SOURCE,
    names::TYPE,
    names::TIME,
    names::DATA_SCHEMA,
    names::CONTENT_TYPE,
    names::DATA_CONTENT_TYPE,
    context::names::TRACEPARENT,
    context::names::CORRELATION_ID,
];

fn header_name(name: &str) -> HeaderName {
    match COMMON.iter().find(|known| **known == name) {
        Some(known) => HeaderName::from_static(known),
        None => name.into_header_name(),
    }
}

pub(super) fn write(publish: &Publish) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut last = "";
    for (name, value) in publish.headers.iter() {
        // Values of one name stand side by side.
        if name == last {
            headers.append(header_name(name), value);
        } else {
            headers.insert(header_name(name), value);
        }
        last = name;
        if name == names::CONTENT_TYPE && publish.headers.get(names::SPEC_VERSION).is_some() {
            // The binding has this attribute among the others; programs look here too.
            headers.insert(header_name(names::DATA_CONTENT_TYPE), value);
        }
    }
    if publish.delay > Duration::ZERO {
        headers.insert(DELAY, millis(publish.delay).as_str());
    }
    if let Some(time) = publish.expires_in {
        headers.insert(EXPIRES, millis(time).as_str());
    }
    headers
}

pub(super) fn read(headers: &HeaderMap) -> Metadata {
    let mut metadata = Metadata::for_message();
    // The client library keeps no order; the same message has one every time.
    let sorted: BTreeMap<&str, _> =
        headers.iter().map(|(name, values)| (name.as_ref(), values)).collect();
    for (name, values) in sorted {
        if let (false, Some(value)) = (is_reserved(name), values.last()) {
            metadata.insert(name, value.as_str());
        }
    }
    if metadata.get(names::CONTENT_TYPE).is_some() {
        metadata.remove(names::DATA_CONTENT_TYPE);
    }
    metadata
}

/// How long the message is still held back, at this age.
pub(super) fn due_in(headers: &HeaderMap, age: Duration) -> Duration {
    time(headers, DELAY).unwrap_or_default().saturating_sub(age)
}

pub(super) fn expired(headers: &HeaderMap, age: Duration) -> bool {
    time(headers, EXPIRES).is_some_and(|time| age >= time)
}

/// The headers of a message that is published again at this age; none where it
/// is no longer worth it.
pub(super) fn again(mut headers: HeaderMap, age: Duration) -> Option<HeaderMap> {
    if expired(&headers, age) {
        return None;
    }
    for name in [DELAY, EXPIRES] {
        if let Some(time) = time(&headers, name) {
            headers.insert(name, millis(time.saturating_sub(age)).as_str());
        }
    }
    Some(headers)
}

pub(super) fn millis(time: Duration) -> String {
    remote::millis(time).to_string()
}

/// The time that a header says, where it says one.
pub(super) fn time(headers: &HeaderMap, name: &'static str) -> Option<Duration> {
    let millis = headers.get(name)?.as_str().parse().ok()?;
    Some(Duration::from_millis(millis))
}
