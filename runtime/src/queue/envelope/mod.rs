//! The envelope of queue messages: `CloudEvents` 1.0. Ours are written in
//! binary mode, attributes as headers beside those that every transport shares;
//! those of others are read in structured mode too.
//!
//! Source: the `CloudEvents` specification 1.0.2, HTTP and NATS protocol
//! bindings.

mod format;
pub mod names;
mod open;
mod schema;
mod structured;
mod time;

use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

pub use format::Format;
pub(super) use format::format;
pub(super) use open::{Opened, open};
pub(super) use schema::Schema;

use crate::Metadata;
use crate::codec::MessageType;
use crate::service::ServiceInfo;

static SPEC_VERSION: HeaderName = HeaderName::from_static(names::SPEC_VERSION);
static ID: HeaderName = HeaderName::from_static(names::ID);
static SOURCE: HeaderName = HeaderName::from_static(names::SOURCE);
static TYPE: HeaderName = HeaderName::from_static(names::TYPE);
static TIME: HeaderName = HeaderName::from_static(names::TIME);
static CONTENT_TYPE: HeaderName = HeaderName::from_static(names::CONTENT_TYPE);
static DATA_SCHEMA: HeaderName = HeaderName::from_static(names::DATA_SCHEMA);

/// Who writes messages.
#[derive(Clone, Debug)]
pub(crate) struct Source(HeaderValue);

impl Source {
    /// A program of this name.
    pub(crate) fn new(name: &str) -> Self {
        // Encoded, any text is a value.
        Self(HeaderValue::from_str(&encoded(name)).unwrap_or(HeaderValue::from_static("/")))
    }
}

/// Writes the attributes of a new message; returns its id.
pub(super) fn stamp(headers: &mut Metadata, source: &Source, of: &str, format: Format) -> String {
    let id = fresh_id();
    headers.set(&SPEC_VERSION, HeaderValue::from_static("1.0"));
    headers.set(&ID, id.as_str());
    headers.set(&SOURCE, source.0.clone());
    headers.set(&TYPE, of);
    headers.set(&TIME, time::text(SystemTime::now()));
    headers.set(&CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    id
}

/// A `UUIDv7`. It is to be unique within its source and keeps no secret: a fast
/// generator will do.
fn fresh_id() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
    let mut random = [0; 10];
    fastrand::fill(&mut random);
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
    id.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()).to_owned()
}

/// Writes which version of which contract the body follows.
pub(super) fn stamp_schema(headers: &mut Metadata, info: &ServiceInfo, of: &MessageType) {
    headers.set(&DATA_SCHEMA, Schema::of(info, of.name).text());
}

/// What the HTTP binding asks to encode: everything but printable ASCII
/// without space, quote and percent.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');

/// Sets a header to any text.
pub(super) fn set(headers: &mut Metadata, name: &str, value: &str) {
    headers.insert(name, &encoded(value));
}

fn encoded(value: &str) -> Cow<'_, str> {
    utf8_percent_encode(value, ENCODED).into()
}

/// Reads a header that was written by [`set`].
pub(super) fn get(headers: &Metadata, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_survives_a_header() {
        let mut headers = Metadata::new();
        for text in ["plain", "Zürich \"50%\"", "a\nb", ""] {
            set(&mut headers, names::SUBJECT, text);
            assert_eq!(get(&headers, names::SUBJECT).as_deref(), Some(text));
        }
    }
}
