//! From a response to a message, a stream of messages or an error.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::Response;

use super::lines::{Event, Events, Lines};
use super::{EVENT_STREAM, JSON, MAX_REPLY, NDJSON, unreachable};
use crate::codec::{Field, Message, json};
use crate::service::{Method, Reply, ReplyStream};
use crate::{Code, Status};

/// The `Accept` header of an rpc.
pub(super) fn accepted(method: &Method) -> &'static str {
    match method.shape.server_streams() {
        false => JSON,
        // In NDJSON, an item with a field of this name looks like an error.
        true if method.output.field("error").is_some() => EVENT_STREAM,
        true => "application/x-ndjson, text/event-stream;q=0.9",
    }
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
    if method.shape.server_streams() {
        return reader.stream(response).map(Reply::Stream);
    }
    let bytes = collect(&mut response).await?;
    reader.message(&bytes).map(Reply::Unary)
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
        (self.method.output.from_json)(bytes, &self.json)
            .map_err(|error| Status::internal(format!("{UNDECODABLE}: {error}")).with_source(error))
    }

    fn stream(self, response: Response) -> Result<ReplyStream, Status> {
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        let events = match kind {
            EVENT_STREAM => Events::sse(Lines::new(response, MAX_REPLY)),
            NDJSON => Events::ndjson(Lines::new(response, MAX_REPLY)),
            other => {
                return Err(Status::unknown(format!("the server answers with `{other}`")));
            }
        };
        Ok(Box::pin(stream::unfold(Some(events), move |events| async move {
            let mut events = events?;
            let item = match events.next().await.transpose()? {
                Ok(event) => self.item(&event),
                Err(status) => Err(status),
            };
            let rest = item.is_ok().then_some(events);
            Some((item, rest))
        })))
    }

    fn item(self, event: &Event) -> Result<Box<dyn Message>, Status> {
        let (data, failed) = match event {
            Event::Error(data) => (
                data,
                Some(Status::from_json(data).unwrap_or_else(|| Status::internal(UNDECODABLE))),
            ),
            // NDJSON marks an error by its form alone.
            Event::Line(data) if data.starts_with(b"{\"error\"") => (data, Status::from_json(data)),
            Event::Line(data) | Event::Message(data) => (data, None),
        };
        failed.map_or_else(|| self.message(data), Err)
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
