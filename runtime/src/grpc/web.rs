//! gRPC-Web: the trailers of gRPC move into the body, since browsers show no
//! others, and either body may be base64, since old ones show no bytes.
//!
//! Source: <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md>.

use std::pin::Pin;
use std::task::{Context as Task, Poll, ready};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use http_body::{Body, Frame};
use tower::BoxError;

use super::content_type::{ContentType, Protocol};
use crate::framed::prefixed;
use crate::server::{Body as Piped, Gathered, Received};
use crate::status::Reason;

/// What marks trailers among the messages.
const TRAILERS: u8 = 0x80;

/// The body of a request as gRPC would have it.
pub(super) fn read(body: Received, content_type: ContentType) -> Piped {
    match content_type.request {
        Protocol::WebText => Piped::stream(Decoded { body, held: Gathered::default() }),
        Protocol::Grpc | Protocol::Web => Piped::stream(body),
    }
}

/// The response of gRPC as gRPC-Web has it.
pub(super) fn write(response: Response<Piped>, content_type: ContentType) -> Response<Piped> {
    let text = content_type.reply == Protocol::WebText;
    let mut response = response.map(|body| Piped::stream(Encoded { body, text }));
    response.headers_mut().insert(header::CONTENT_TYPE, content_type.reply());
    // `Accept` says whether the body is text.
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    response
}

/// A body that comes as base64, padded anywhere: each flush of a client may
/// end in padding of its own.
struct Decoded {
    body: Received,
    held: Gathered,
}

impl Body for Decoded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let own = self.get_mut();
        loop {
            match ready!(Pin::new(&mut own.body).poll_frame(task)) {
                Some(Ok(frame)) => own.held.push(frame.into_data().unwrap_or_default()),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None if own.held.bytes().is_empty() => return Poll::Ready(None),
                None => return Poll::Ready(Some(Err(no_base64()))),
            }
            let whole = own.held.bytes().len() / 4 * 4;
            if whole > 0 {
                let data = decode(&own.held.take(whole));
                return Poll::Ready(Some(data.map(Frame::data)));
            }
        }
    }
}

/// Decodes whole groups of four letters.
fn decode(mut text: &[u8]) -> Result<Bytes, BoxError> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    while !text.is_empty() {
        let padding = text.iter().position(|letter| *letter == b'=');
        let end = padding.map_or(text.len(), |at| (at / 4 + 1) * 4);
        let (padded, rest) = text.split_at_checked(end).ok_or_else(no_base64)?;
        STANDARD.decode_vec(padded, &mut out).map_err(|_| no_base64())?;
        text = rest;
    }
    Ok(out.into())
}

fn no_base64() -> BoxError {
    let text = "the request is of the type grpc-web-text, but no base64";
    Reason::MalformedRequest.status(text).into()
}

/// The body of a response, its trailers in it.
struct Encoded {
    body: Piped,
    text: bool,
}

impl Body for Encoded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let own = self.get_mut();
        let frame = match ready!(Pin::new(&mut own.body).poll_frame(task)) {
            Some(Ok(frame)) => frame,
            end => return Poll::Ready(end),
        };
        let data = match frame.into_data() {
            Ok(data) => data,
            Err(frame) => {
                let trailers = frame.into_trailers().unwrap_or_default();
                prefixed(TRAILERS, &block(&trailers))
            }
        };
        let data = if own.text { STANDARD.encode(data).into() } else { data };
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

/// Trailers as HTTP/1 writes headers.
fn block(trailers: &HeaderMap) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, value) in trailers {
        out.extend(name.as_str().as_bytes());
        out.extend(b": ");
        out.extend(value.as_bytes());
        out.extend(b"\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_may_stand_at_the_end_of_every_flush() {
        assert_eq!(decode(b"AAECAw==BAU=Bgc=").unwrap(), &[0, 1, 2, 3, 4, 5, 6, 7][..]);
        assert_eq!(decode(b"").unwrap(), "");
        for bad in [&b"AA=A"[..], b"A!==", b"===="] {
            assert!(decode(bad).is_err(), "{}", bad.escape_ascii());
        }
    }

    #[test]
    fn trailers_are_a_block_of_lower_case_lines() {
        let mut trailers = HeaderMap::new();
        trailers.insert("Grpc-Status", "0".parse().unwrap());
        trailers.append("x-cost", "3".parse().unwrap());
        assert_eq!(block(&trailers), b"grpc-status: 0\r\nx-cost: 3\r\n");
    }
}
