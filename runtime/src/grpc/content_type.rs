//! The content types of gRPC and gRPC-Web: which protocol a request speaks,
//! and in which format its messages are.

use http::{HeaderMap, HeaderValue, header};

use crate::framed::Format;

/// How a call travels over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// gRPC: the status is in the trailers of HTTP.
    Grpc,
    /// gRPC-Web: the status is at the end of the body.
    Web,
    /// gRPC-Web whose body is base64.
    WebText,
}

impl Protocol {
    const ALL: [(&str, Self); 3] = [
        // The longest first: each begins as the next one does.
        ("application/grpc-web-text", Self::WebText),
        ("application/grpc-web", Self::Web),
        ("application/grpc", Self::Grpc),
    ];

    /// The protocol and the name of the format in a media type.
    fn of(media: &str) -> Option<(Self, &str)> {
        let (protocol, rest) = Self::ALL
            .iter()
            .find_map(|(name, protocol)| Some((*protocol, media.strip_prefix(name)?)))?;
        match rest.strip_prefix('+') {
            Some(format) => Some((protocol, format)),
            None => rest.is_empty().then_some((protocol, "proto")),
        }
    }
}

/// What a request says of itself and of its reply.
#[derive(Clone, Copy, Debug)]
pub(super) struct ContentType {
    pub(super) request: Protocol,
    pub(super) reply: Protocol,
    pub(super) format: Format,
}

impl ContentType {
    /// `None` where the content type is none of gRPC.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let media = media(headers.get(header::CONTENT_TYPE)?)?;
        let known = |media: &str| {
            let (request, format) = Protocol::of(media)?;
            Some((request, Format::named(format)?))
        };
        // Media types ignore case (RFC 9110, 8.3.1), and hardly anybody makes use of it.
        let (request, format) = known(media).or_else(|| known(&media.to_ascii_lowercase()))?;
        let reply = match request {
            Protocol::Grpc => Protocol::Grpc,
            Protocol::Web | Protocol::WebText => accepted(headers).unwrap_or(request),
        };
        Some(Self { request, reply, format })
    }

    /// The content type of the reply.
    pub(super) fn reply(self) -> HeaderValue {
        HeaderValue::from_static(match (self.reply, self.format) {
            (Protocol::Grpc, Format::Proto) => "application/grpc",
            (Protocol::Grpc, Format::Json) => "application/grpc+json",
            (Protocol::Web, Format::Proto) => "application/grpc-web+proto",
            (Protocol::Web, Format::Json) => "application/grpc-web+json",
            (Protocol::WebText, Format::Proto) => "application/grpc-web-text+proto",
            (Protocol::WebText, Format::Json) => "application/grpc-web-text+json",
        })
    }
}

/// The form of gRPC-Web that a browser asks for, where it asks for one.
fn accepted(headers: &HeaderMap) -> Option<Protocol> {
    let accepted = headers.get(header::ACCEPT)?.to_str().ok()?;
    let mut protocols = accepted.split(',').filter_map(|entry| {
        let media = entry.split(';').next()?.trim().to_ascii_lowercase();
        Protocol::of(&media).map(|(protocol, _)| protocol)
    });
    protocols.find(|protocol| *protocol != Protocol::Grpc)
}

/// Whether a content type is one of gRPC, or claims to be.
pub(super) fn is_claimed(headers: &HeaderMap) -> bool {
    let own = b"application/grpc";
    let value = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let value = value.and_then(|value| value.get(..own.len()));
    // From the end, where `application/json` differs.
    value.is_some_and(|value| {
        value.iter().rev().zip(own.iter().rev()).all(|(byte, own)| byte.eq_ignore_ascii_case(own))
    })
}

/// The media type of a header, without parameters.
fn media(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()?.split(';').next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: &'static str, accept: &'static str) -> Option<ContentType> {
        let value = HeaderValue::from_static;
        let headers =
            [(header::CONTENT_TYPE, value(content_type)), (header::ACCEPT, value(accept))];
        ContentType::of(&HeaderMap::from_iter(headers))
    }

    #[test]
    fn every_content_type_of_the_protocols_is_known_with_its_format() {
        for (text, protocol, reply) in [
            ("application/grpc", Protocol::Grpc, "application/grpc"),
            ("application/grpc+proto; v=1", Protocol::Grpc, "application/grpc"),
            ("application/grpc+json", Protocol::Grpc, "application/grpc+json"),
            ("application/grpc-web", Protocol::Web, "application/grpc-web+proto"),
            ("application/grpc-web+json", Protocol::Web, "application/grpc-web+json"),
            ("Application/GRPC-Web+JSON", Protocol::Web, "application/grpc-web+json"),
            ("application/grpc-web-text", Protocol::WebText, "application/grpc-web-text+proto"),
        ] {
            let read = read(text, "*/*").unwrap();
            assert_eq!((read.request, read.reply().to_str().unwrap()), (protocol, reply));
        }
        for text in ["application/grpc+thrift", "application/grpcx", "application/json"] {
            assert!(read(text, "*/*").is_none(), "{text}");
        }
    }

    #[test]
    fn a_browser_may_ask_for_text_alone() {
        let text = "text/html, application/gRPC-web-text;q=0.9";
        assert_eq!(read("application/grpc-web", text).unwrap().reply, Protocol::WebText);
        assert_eq!(read("application/grpc", text).unwrap().reply, Protocol::Grpc);
    }
}
