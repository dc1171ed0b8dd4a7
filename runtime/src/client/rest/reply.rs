//! From a response to a message, a stream of messages or an error.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::Response;

use super::items::{Item, Items};
use super::{EVENT_STREAM, JSON, MAX_REPLY, unreachable};
use crate::codec::{Field, HttpBody, Message, json, resembles_an_error};
use crate::context::names;
use crate::service::{Method, Reply, ReplyStream};
use crate::{Code, Status};

const ARRAY_ERRORS: HeaderName = HeaderName::from_static(names::ARRAY_ERRORS);

/// Says which forms of the reply can be read. The form of a stream is the
/// caller's choice, where the metadata of the call has one. Where replies can look
/// like errors, events and arrays tell them apart: events name their errors, and an
/// array that fails is not closed.
pub(super) fn accept(method: &Method, part: Option<&Field>, headers: &mut HeaderMap) {
    if HttpBody::is_part(method.output, part) {
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        return;
    }
    if !method.shape.server_streams() {
        headers.insert(ACCEPT, HeaderValue::from_static(JSON));
        return;
    }
    let forms = if resembles_an_error(method.output, part) {
        "text/event-stream, application/json;q=0.5"
    } else {
        headers.insert(ARRAY_ERRORS, HeaderValue::from_static("1"));
        "application/x-ndjson, text/event-stream;q=0.9, application/json-seq;q=0.8, \
         application/json;q=0.5"
    };
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static(forms));
}

/// Reads the reply of an rpc.
pub(super) async fn read(
    method: &'static Method,
    body: Option<&'static Field>,
    json: json::Options,
    mut response: Response,
) -> Result<Reply, Status> {
    if !response.status().is_success() {
        return Err(failure(response).await);
    }
    let reader = Reader { method, body, json };
    if HttpBody::is_part(method.output, body) {
        return raw(method, body, response).await;
    }
    if method.shape.server_streams() {
        return reader.stream(response).map(Reply::Stream);
    }
    let bytes = collect(&mut response).await?;
    reader.message(&bytes).map(Reply::Unary)
}

/// Reads a raw body, a stream of them by the chunks in which it arrives.
async fn raw(
    method: &'static Method,
    part: Option<&'static Field>,
    mut response: Response,
) -> Result<Reply, Status> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let content_type = kind.unwrap_or_default().to_owned();
    let message = move |data| {
        let body = HttpBody { content_type: content_type.clone(), data };
        Ok(method.output.from_proto(body.to_proto_part(part))?)
    };
    if !method.shape.server_streams() {
        return message(collect(&mut response).await?).map(Reply::Unary);
    }
    let chunks = response.bytes_stream().map(move |chunk| message(chunk.map_err(unreachable)?));
    Ok(Reply::Stream(Box::pin(chunks)))
}

/// How one message is read from JSON.
#[derive(Clone, Copy)]
struct Reader {
    method: &'static Method,
    body: Option<&'static Field>,
    json: json::Options,
}

impl Reader {
    fn message(self, bytes: &[u8]) -> Result<Box<dyn Message>, Status> {
        let wrapped;
        let bytes = match self.body {
            None => bytes,
            Some(field) => {
                wrapped = [b"{\"", field.json.as_bytes(), b"\":", bytes, b"}"].concat();
                &wrapped
            }
        };
        self.method
            .output
            .from_json(bytes, &self.json)
            .map_err(|error| Status::internal(format!("{UNDECODABLE}: {error}")).with_source(error))
    }

    fn stream(self, response: Response) -> Result<ReplyStream, Status> {
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        let kind = kind.to_ascii_lowercase();
        if resembles_an_error(self.method.output, self.body)
            && ![EVENT_STREAM, JSON].contains(&&*kind)
        {
            return Err(Status::unimplemented(format!(
                "replies that may have a member `error` look like errors in `{kind}`: \
                 accept {EVENT_STREAM} or {JSON}"
            )));
        }
        let Some(items) = Items::new(&kind, response) else {
            return Err(Status::unknown(format!("the server answers with `{kind}`")));
        };
        Ok(Box::pin(stream::unfold(Some(items), move |items| async move {
            let mut items = items?;
            let item = match items.next().await.transpose()? {
                Ok(item) => self.item(&item),
                Err(status) => Err(status),
            };
            let rest = item.is_ok().then_some(items);
            Some((item, rest))
        })))
    }

    fn item(self, item: &Item) -> Result<Box<dyn Message>, Status> {
        let (data, failed) = match item {
            Item::Error(data) => (
                data,
                Some(Status::from_json(data).unwrap_or_else(|| Status::internal(UNDECODABLE))),
            ),
            Item::Document(data) if self.is_error(data) => (data, Status::from_json(data)),
            Item::Document(data) | Item::Message(data) => (data, None),
        };
        failed.map_or_else(|| self.message(data), Err)
    }

    /// Whether a document is an error by its form.
    fn is_error(self, data: &[u8]) -> bool {
        data.trim_ascii_start().starts_with(b"{\"error\"")
            && !resembles_an_error(self.method.output, self.body)
    }
}

async fn failure(mut response: Response) -> Status {
    let http = response.status();
    let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = header.and_then(|value| value.parse().ok()).map(Duration::from_secs);
    let body = collect(&mut response).await.unwrap_or_default();
    let status = Status::from_json(&body).unwrap_or_else(|| {
        let code = match Code::from_http(http.as_u16()) {
            Code::Ok => Code::Unknown,
            code => code,
        };
        Status::new(code, format!("the server answered with HTTP {http}"))
    });
    match (retry_after, status.details().retry_after) {
        (Some(delay), None) => status.with_retry_after(delay),
        _ => status,
    }
}

async fn collect(response: &mut Response) -> Result<Bytes, Status> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > MAX_REPLY {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

pub(super) fn too_long() -> Status {
    Status::resource_exhausted(format!("a reply is longer than {MAX_REPLY} bytes"))
}

const UNDECODABLE: &str = "the reply is not the JSON of its message type";
