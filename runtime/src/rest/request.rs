//! A request's body, path and query as one message.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use hyper::body::Incoming;

use super::failure::Failure;
use super::overlay::{self, Beside};
use crate::codec::bind::embed;
use crate::codec::{Field, HttpBody, Kind, Message, MessageType, json};
use crate::server::{Pace, collect};
use crate::service::Body;

/// How bodies are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    pub(super) limit: usize,
    pub(super) pace: Pace,
    pub(super) json: json::Options,
}

impl Reader {
    /// The one request message.
    ///
    /// # Errors
    /// The body is too long or of another content type, or body, path and
    /// query make no such message.
    pub(super) async fn message(
        &self,
        input: &'static MessageType,
        beside: &Beside<'_>,
        headers: &HeaderMap,
        body: Incoming,
    ) -> Result<Box<dyn Message>, Failure> {
        if matches!(beside.route.body, Body::None) {
            // A body on such a route has no meaning (RFC 9110, 9.3.1): ignored.
            let fragment = overlay::fragment(beside, input, None)?;
            return Ok((input.from_proto)(fragment.freeze())?);
        }
        let bytes = collect(body, self.limit, self.pace).await?;
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
            Body::All if HttpBody::is(input) => Ok((input.from_proto)(raw(headers, bytes))?),
            Body::Field(field) if is_raw(field) => {
                let mut out = BytesMut::new();
                embed(&[field], &raw(headers, bytes), &mut out);
                Ok((input.from_proto)(out.freeze())?)
            }
            _ if bytes.is_empty() => Ok((input.from_proto)(Bytes::new())?),
            Body::Field(field) => {
                expect_json(headers)?;
                Ok((input.from_json)(&json::wrap_field(field, bytes)?, &self.json)?)
            }
            Body::All | Body::None => {
                expect_json(headers)?;
                Ok((input.from_json)(bytes, &self.json)?)
            }
        }
    }
}

fn is_raw(field: &Field) -> bool {
    matches!(field.kind, Kind::Message(of) if HttpBody::is(of))
}

/// A raw body as the message that stands for it.
pub(super) fn raw(headers: &HeaderMap, data: &Bytes) -> Bytes {
    let content_type = content_type(headers).unwrap_or_default().to_owned();
    HttpBody { content_type, data: data.clone() }.to_proto()
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
            _ => Ok(()),
        },
    }
}

/// Whether a media type is JSON by its name or its suffix (RFC 6839).
pub(super) fn is_json(media: &str) -> bool {
    matches!(media, "application/json" | "text/json") || media.ends_with("+json")
}
