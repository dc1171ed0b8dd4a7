//! A request's body, path and query as one message.

use bytes::Bytes;
use http::{HeaderMap, header};
use http_body::Body as _;

use super::failure::Failure;
use super::overlay::{self, Beside};
use super::pieces::is_packed;
use crate::codec::gzip::unpack;
use crate::codec::{Field, HttpBody, Message, MessageType, WireError, charset, json};
use crate::server::{Allowance, Pace, Received};
use crate::service::Body;

/// How bodies are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    pub(super) limit: usize,
    /// How much the messages of a stream hold together.
    pub(super) stream: Allowance,
    pub(super) pace: Pace,
    pub(super) json: json::Options,
}

impl Reader {
    /// The one request message, of a body that has come to its end.
    ///
    /// # Errors
    /// The body is too long unpacked, or body, path and query make no such message.
    pub(super) fn message(
        &self,
        input: &'static MessageType,
        beside: &Beside<'_>,
        headers: &HeaderMap,
        mut bytes: Bytes,
    ) -> Result<Box<dyn Message>, Failure> {
        if matches!(beside.route.body, Body::None) {
            let fragment = overlay::fragment(beside, input, None)?;
            return Ok(input.from_proto(fragment.freeze())?);
        }
        if is_packed(headers)? {
            bytes = unpack(bytes, self.limit)?;
        }
        let mut message = self.decode(input, beside.route.body, headers, &bytes)?;
        let given = (!bytes.is_empty()).then_some(&*message);
        let fragment = overlay::fragment(beside, input, given)?;
        if !fragment.is_empty() {
            message.merge_proto(fragment.freeze())?;
        }
        Ok(message)
    }

    fn decode(
        &self,
        input: &'static MessageType,
        place: Body,
        headers: &HeaderMap,
        bytes: &Bytes,
    ) -> Result<Box<dyn Message>, Failure> {
        match place {
            _ if is_raw(input, place) => Ok(raw(input, place, headers, bytes)?),
            _ if bytes.is_empty() => Ok(input.from_proto(Bytes::new())?),
            _ => Ok(self.document(input, place, bytes)?),
        }
    }

    /// The message that a JSON document gives, which is all of it or a field.
    ///
    /// # Errors
    /// It is no JSON of that type.
    pub(super) fn document(
        &self,
        input: &'static MessageType,
        place: Body,
        text: &[u8],
    ) -> Result<Box<dyn Message>, WireError> {
        match place {
            Body::Field(field) => json::field_from_json(input, field, text, &self.json),
            Body::All | Body::None => input.from_json(text, &self.json),
        }
    }
}

/// Refuses a body that cannot be read, before it is there.
///
/// # Errors
/// It is of another content type, charset or coding.
pub(super) fn expect_readable(
    input: &MessageType,
    place: Body,
    headers: &HeaderMap,
    body: &Received,
) -> Result<(), Failure> {
    if body.is_end_stream() {
        return Ok(());
    }
    is_packed(headers)?;
    if is_raw(input, place) { Ok(()) } else { expect_json(headers) }
}

/// The message that a raw body stands for.
///
/// # Errors
/// The type of the message takes no such field.
pub(super) fn raw(
    input: &'static MessageType,
    place: Body,
    headers: &HeaderMap,
    data: &Bytes,
) -> Result<Box<dyn Message>, WireError> {
    let content_type = content_type(headers).unwrap_or_default().to_owned();
    let body = HttpBody { content_type, data: data.clone() };
    input.from_proto(body.to_proto_part(part(place)))
}

/// Whether a body in this place is the raw bytes of a message's.
pub(super) fn is_raw(input: &MessageType, place: Body) -> bool {
    !matches!(place, Body::None) && HttpBody::is_part(input, part(place))
}

fn part(place: Body) -> Option<&'static Field> {
    match place {
        Body::Field(field) => Some(field),
        Body::All | Body::None => None,
    }
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok()
}

/// The media type of a request, in lower case and without parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = content_type(headers)?;
    Some(value.split(';').next().unwrap_or(value).trim().to_ascii_lowercase())
}

/// A body without a content type counts as JSON.
fn expect_json(headers: &HeaderMap) -> Result<(), Failure> {
    match content_type(headers) {
        None | Some("application/json") => Ok(()),
        Some(_) => match media_type(headers) {
            Some(media) if !is_json(&media) => {
                Err(Failure::unsupported(&media, "application/json"))
            }
            _ => expect_utf8(headers),
        },
    }
}

/// # Errors
/// The content type names another charset.
pub(super) fn expect_utf8(headers: &HeaderMap) -> Result<(), Failure> {
    match content_type(headers).and_then(charset::unread) {
        Some(other) => Err(Failure::unread_charset(other)),
        None => Ok(()),
    }
}

/// Whether a media type is JSON by its name or its suffix (RFC 6839).
pub(super) fn is_json(media: &str) -> bool {
    matches!(media, "application/json" | "text/json") || media.ends_with("+json")
}
