//! The headers of queue messages: `CloudEvents` 1.0 attributes in binary mode,
//! beside those that every transport shares.
//!
//! Source: the `CloudEvents` specification 1.0.2, HTTP and NATS protocol
//! bindings.

use std::borrow::Cow;
use std::time::SystemTime;

use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use uuid::Uuid;

use crate::codec::{Message, MessageType, WireError, json};
use crate::service::ServiceInfo;
use crate::{Metadata, Status};

/// Header names of queue messages.
pub mod names {
    pub use crate::context::names::{
        CORRELATION_ID, DEADLINE, IDEMPOTENCY_KEY, TRACEPARENT, TRACESTATE,
    };

    /// The version of `CloudEvents`.
    pub const SPEC_VERSION: &str = "ce-specversion";
    /// The id of the message, unique within its source.
    pub const ID: &str = "ce-id";
    /// Who sent it.
    pub const SOURCE: &str = "ce-source";
    /// The full name of the message type in the body.
    pub const TYPE: &str = "ce-type";
    /// What it is about: the value of the ordering key, where there is one.
    pub const SUBJECT: &str = "ce-subject";
    /// When it was sent.
    pub const TIME: &str = "ce-time";
    /// `agentgen:/{digest of the contract}#{message type}`.
    pub const DATA_SCHEMA: &str = "ce-dataschema";
    /// The format of the body: `application/protobuf` or `application/json`.
    pub const CONTENT_TYPE: &str = "content-type";
    /// The subject that replies go to.
    pub const REPLY_TO: &str = "ce-replyto";
    /// The value of the ordering key.
    pub const PARTITION_KEY: &str = "ce-partitionkey";
    /// In a reply: the id of the request.
    pub const CAUSATION_ID: &str = "ce-causationid";
    /// In a reply of a stream: its place, from 1.
    pub const SEQUENCE: &str = "ce-sequence";
    /// In a reply of a stream: the attempt that made it, from 1.
    pub const ATTEMPT: &str = "ce-attempt";
    /// In a reply: `true` marks the end of a stream; it has no body.
    pub const STREAM_END: &str = "ce-streamend";
    /// In a reply that is an error: the name of its code. The body is then a
    /// `google.rpc.Status` in protobuf.
    pub const CODE: &str = "ce-code";
    /// On a dead letter: `UNDECODABLE`, `NOT_RETRYABLE`, `EXHAUSTED`, `EXPIRED` or
    /// `CRASHED`.
    pub const DEAD_REASON: &str = "dlq-reason";
    /// On a dead letter: the name of the last status code.
    pub const DEAD_CODE: &str = "dlq-code";
    /// On a dead letter: the message of the last status.
    pub const DEAD_MESSAGE: &str = "dlq-message";
    /// On a dead letter: where the request was published to.
    pub const DEAD_SUBJECT: &str = "dlq-subject";
    /// On a dead letter: the group that gave up.
    pub const DEAD_GROUP: &str = "dlq-group";
    /// On a dead letter: how many attempts were started.
    pub const DEAD_ATTEMPTS: &str = "dlq-attempts";
    /// On a dead letter: how many of them never came to an end.
    pub const DEAD_CRASHES: &str = "dlq-crashes";
    /// On a dead letter: the attempts that failed, as JSON.
    pub const DEAD_HISTORY: &str = "dlq-history";
}

/// The format of a message's body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The protobuf encoding.
    #[default]
    Protobuf,
    /// Canonical proto3 JSON.
    Json,
}

impl Format {
    /// The format that a content type names; parameters are ignored.
    pub fn from_content_type(text: &str) -> Option<Self> {
        let name = text.split(';').next().unwrap_or_default().trim();
        match name.to_ascii_lowercase().as_str() {
            "application/protobuf" | "application/x-protobuf" => Some(Self::Protobuf),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The content type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/protobuf",
            Self::Json => "application/json",
        }
    }

    pub(super) fn encode(self, message: &dyn Message) -> Result<Bytes, WireError> {
        match self {
            Self::Protobuf => Ok(message.to_proto()),
            Self::Json => {
                let mut out = Vec::new();
                message.write_json(&mut out)?;
                Ok(out.into())
            }
        }
    }

    pub(super) fn decode(
        self,
        body: &Bytes,
        of: &'static MessageType,
        json: &json::Options,
    ) -> Result<Box<dyn Message>, WireError> {
        match self {
            Self::Protobuf => (of.from_proto)(body.clone()),
            Self::Json => (of.from_json)(body, json),
        }
    }
}

/// The format that a message declares.
pub(super) fn format(headers: &Metadata) -> Result<Format, Status> {
    let Some(declared) = headers.get(names::CONTENT_TYPE) else {
        return Err(Status::invalid_argument("the message has no content-type header"));
    };
    Format::from_content_type(declared).ok_or_else(|| {
        let text = format!(
            "content type `{declared}` is neither application/protobuf nor application/json"
        );
        Status::invalid_argument(text)
    })
}

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
    let schema = format!("agentgen:/{}#{}", info.digest, of.name);
    headers.insert(names::DATA_SCHEMA, &schema);
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

    #[test]
    fn content_types_are_read_without_case_and_parameters() {
        let json = Format::from_content_type("Application/JSON; charset=utf-8");
        assert_eq!(json, Some(Format::Json));
        assert_eq!(Format::from_content_type("text/plain"), None);
        for format in [Format::Json, Format::Protobuf] {
            assert_eq!(Format::from_content_type(format.content_type()), Some(format));
        }
    }
}
