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

use std::borrow::Cow;
use std::time::SystemTime;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use uuid::Uuid;

pub use format::Format;
pub(super) use format::format;
pub(super) use open::{Opened, open};
pub(super) use schema::Schema;

use crate::Metadata;
use crate::codec::MessageType;
use crate::service::ServiceInfo;

/// Writes the attributes of a new message; returns its id.
pub(super) fn stamp(headers: &mut Metadata, source: &str, of: &str, format: Format) -> String {
    let id = Uuid::now_v7().to_string();
    headers.insert(names::SPEC_VERSION, "1.0");
    headers.insert(names::ID, &id);
    set(headers, names::SOURCE, source);
    headers.insert(names::TYPE, of);
    let time = prost_types::Timestamp::from(SystemTime::now());
    headers.insert(names::TIME, &time.to_string());
    headers.insert(names::CONTENT_TYPE, format.content_type());
    id
}

/// Writes which version of which contract the body follows.
pub(super) fn stamp_schema(headers: &mut Metadata, info: &ServiceInfo, of: &MessageType) {
    headers.insert(names::DATA_SCHEMA, &Schema::of(info, of.name).to_string());
}

/// What the HTTP binding asks to encode: everything but printable ASCII
/// without space, quote and percent.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');

/// Sets a header to any text.
pub(super) fn set(headers: &mut Metadata, name: &str, value: &str) {
    let value: Cow<'_, str> = utf8_percent_encode(value, ENCODED).into();
    headers.insert(name, &value);
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
