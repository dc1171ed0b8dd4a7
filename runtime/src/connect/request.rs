//! What kind of request it is, by its method, its headers and its query.

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};

use super::query;
use crate::Status;
use crate::codec::charset;
use crate::context::names;
use crate::framed::Format;
use crate::status::Reason;

static VERSION: HeaderName = HeaderName::from_static("connect-protocol-version");
static TIMEOUT: HeaderName = HeaderName::from_static(names::CONNECT_TIMEOUT);

/// What a request says before its body.
pub(super) struct Head<'a> {
    method: &'a Method,
    headers: &'a HeaderMap,
    query: Option<&'a str>,
}

impl<'a> From<&'a Parts> for Head<'a> {
    fn from(head: &'a Parts) -> Self {
        Self { method: &head.method, headers: &head.headers, query: head.uri.query() }
    }
}

impl<'a, B> From<&'a Request<B>> for Head<'a> {
    fn from(request: &'a Request<B>) -> Self {
        let query = request.uri().query();
        Self { method: request.method(), headers: request.headers(), query }
    }
}

/// A kind of request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// One message as the body.
    Unary(Format),
    /// One message in the query; `HEAD` is `GET` without the body.
    Get,
    /// Messages with a prefix each.
    Streaming(Format),
    /// None of the protocol's content types, or JSON in another charset than its own.
    OtherContent,
    /// None of the protocol's methods.
    OtherMethod,
}

impl Kind {
    pub(super) fn of(head: &Head<'_>) -> Self {
        match *head.method {
            Method::GET | Method::HEAD if head.query.is_some_and(query::is_connect) => Self::Get,
            Method::POST => Self::posted(head.headers).unwrap_or(Self::OtherContent),
            _ => Self::OtherMethod,
        }
    }

    fn posted(headers: &HeaderMap) -> Option<Self> {
        let known = |media: &str| {
            let format = media.strip_prefix("application/")?;
            match format.strip_prefix("connect+") {
                Some(format) => Format::named(format).map(Self::Streaming),
                None => Format::named(format).map(Self::Unary),
            }
        };
        let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let media = content_type.split(';').next().unwrap_or_default().trim();
        // Media types ignore case (RFC 9110, 8.3.1), and hardly anybody makes use of it.
        let kind = known(media).or_else(|| known(&media.to_ascii_lowercase()))?;
        let json = matches!(kind, Self::Unary(Format::Json) | Self::Streaming(Format::Json));
        let unread = json && charset::unread(content_type).is_some();
        (!unread).then_some(kind)
    }

    /// Whether it is Connect's on a path that REST has as well. JSON, and what
    /// is of neither's form, is so only under the header
    /// `Connect-Protocol-Version`, which every client of Connect sends.
    pub(super) fn is_certain(self, head: &Head<'_>) -> bool {
        match self {
            Self::Unary(Format::Proto) | Self::Get | Self::Streaming(_) => true,
            Self::Unary(Format::Json) | Self::OtherContent | Self::OtherMethod => {
                head.headers.contains_key(&VERSION)
            }
        }
    }

    /// Whether it has a form of the protocol.
    pub(super) fn is_known(self) -> bool {
        !matches!(self, Self::OtherContent | Self::OtherMethod)
    }
}

/// Checks what a request says of the protocol.
///
/// # Errors
/// Its version is another one than this, or its timeout is none.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Status> {
    if headers.get(&VERSION).is_some_and(|version| version != "1") {
        let text = "the header connect-protocol-version must be \"1\"";
        return Err(Reason::MalformedRequest.status(text));
    }
    match headers.get(&TIMEOUT).map(HeaderValue::as_bytes) {
        Some(text) if !is_timeout(text) => {
            let text = "the header connect-timeout-ms must be a number of at most 10 digits";
            Err(Reason::MalformedRequest.status(text))
        }
        _ => Ok(()),
    }
}

/// Whether the context has read such a timeout.
fn is_timeout(text: &[u8]) -> bool {
    (1..=10).contains(&text.len()) && text.iter().all(u8::is_ascii_digit)
}
