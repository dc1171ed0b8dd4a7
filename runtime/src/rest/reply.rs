//! A reply as an HTTP response.

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderValue, Response, header};
use http_body_util::StreamBody;

use super::failure::Failure;
use crate::codec::{Field, HttpBody, Message, WireError, json};
use crate::server::Body;
use crate::service::{HttpRoute, ReplyStream};
use crate::status::Reason;
use crate::{Status, sse};

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How much longer than its protobuf form a message of few fields is in JSON,
/// where names stand for numbers, in bytes.
const NAMES: usize = 128;

/// The response with one message.
///
/// # Errors
/// The message has no JSON form.
pub(super) fn response(
    message: &dyn Message,
    route: &HttpRoute,
    headers: HeaderMap,
) -> Result<Response<Body>, Failure> {
    let mut content_type = JSON;
    let part = route.response_body;
    let raw = HttpBody::of_part(message, part).map_err(unsayable)?;
    let bytes = match (raw, part) {
        (Some(raw), _) => {
            content_type = raw_type(&raw);
            raw.data
        }
        (None, Some(field)) => {
            let text = json::field_json(message, field, &json::Options::DEFAULT);
            Bytes::from(text.map_err(unsayable)?)
        }
        (None, None) => {
            // Most replies are texts and few fields: one allocation holds them.
            let mut text = Vec::with_capacity(message.proto_len() + NAMES);
            message.write_json(&mut text).map_err(unsayable)?;
            text.into()
        }
    };
    let mut response = Response::new(Body::full(bytes));
    *response.headers_mut() = headers;
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    Ok(response)
}

/// The response of a stream of raw bodies: their bytes one after the other,
/// under the content type of the first, for which the head waits.
///
/// # Errors
/// The stream fails before its first reply.
pub(super) async fn raw_stream(
    mut stream: ReplyStream,
    part: Option<&'static Field>,
    headers: HeaderMap,
) -> Result<Response<Body>, Status> {
    let first = match stream.next().await {
        Some(message) => {
            HttpBody::of_part(&*message?, part).map_err(unsayable)?.unwrap_or_default()
        }
        None => HttpBody::default(),
    };
    let content_type = raw_type(&first);
    let rest = stream.map(move |item| {
        let raw = HttpBody::of_part(&*item?, part).map_err(unsayable)?;
        Ok(raw.unwrap_or_default().data)
    });
    let data = futures_util::stream::iter([Ok::<_, Status>(first.data)]).chain(rest);
    let frames = data.then(|data| async move {
        if data.is_err() {
            // The connection flushes what was written when its body has nothing to give.
            tokio::task::yield_now().await;
        }
        data.map(http_body::Frame::data)
    });
    let mut response = Response::new(Body::stream(StreamBody::new(frames)));
    *response.headers_mut() = headers;
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    for (name, value) in sse::unbuffered() {
        // What the handler says stands: it may let a download be kept.
        response.headers_mut().entry(name).or_insert(value);
    }
    Ok(response)
}

/// A reply without a form is the handler's fault, not the caller's.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` calls")]
fn unsayable(error: WireError) -> Status {
    Reason::InvalidReply.status(format!("a reply has no JSON form: {error}"))
}

/// The content type of a raw body.
fn raw_type(raw: &HttpBody) -> HeaderValue {
    let octets = HeaderValue::from_static("application/octet-stream");
    match raw.content_type.as_str() {
        "" => octets,
        // A value that is no header value comes from the handler: bytes it is.
        text => HeaderValue::try_from(text).unwrap_or(octets),
    }
}
