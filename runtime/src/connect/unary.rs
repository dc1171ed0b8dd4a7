//! Rpcs that answer once: one message is the body of the request, or in its
//! query, and one the body of the response.

use std::pin::pin;

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::query::{self, Asked};
use super::{error, request};
use crate::codec::Message;
use crate::context::{Metadata, ReplyHeaders, Transport};
use crate::framed::{Format, gzip};
use crate::server::{Body, Received, Wire, collect};
use crate::service::{Call, Dispatcher, Reply, Rpc, within};
use crate::status::Reason;
use crate::{Context, Status};

/// Below this length, in bytes, compression would only cost time.
const SHORT: usize = 1 << 10;

/// Where the message of a request is.
pub(super) enum Source {
    Body(Received, Format),
    Query,
}

/// Answers a request.
pub(super) async fn answer(
    dispatcher: &Dispatcher,
    wire: &Wire,
    rpc: &Rpc,
    mut head: Parts,
    source: Source,
) -> Response<Body> {
    let headers = std::mem::take(&mut head.headers);
    let gzip = wire.gzip && gzip::is_accepted(&headers, &header::ACCEPT_ENCODING);
    let context = Context::from_headers(Transport::Connect, Metadata::from(headers));
    let metadata = context.reply_headers();
    let outcome = call(dispatcher, wire, rpc, context, &head, source).await;
    let written = outcome.and_then(|(reply, format)| {
        let mut out = BytesMut::with_capacity(reply.proto_len());
        format.write(&*reply, &mut out)?;
        Ok((out.freeze(), format))
    });
    let headers = headers_with_trailers(&metadata);
    match written {
        Ok((body, format)) => {
            let packed = (gzip && body.len() >= SHORT).then(|| gzip::pack(&body)).transpose();
            match packed {
                Ok(packed) => replied(body, packed.map(Bytes::from), format, wire, headers),
                Err(status) => failed(&status, headers),
            }
        }
        Err(status) => failed(&status, headers),
    }
}

async fn call(
    dispatcher: &Dispatcher,
    wire: &Wire,
    rpc: &Rpc,
    context: Context,
    head: &Parts,
    source: Source,
) -> Result<(Box<dyn Message>, Format), Status> {
    let headers = context.metadata().as_headers();
    request::check(headers)?;
    let Asked { format, message } = match source {
        Source::Query => {
            let query = head.uri.query().unwrap_or_default();
            query::read(query, wire.message_bytes)?
        }
        Source::Body(body, format) => {
            let packed = gzip::is_used(headers, &header::CONTENT_ENCODING)?;
            let body = collect(body, wire.message_bytes, wire.pace);
            let body = within(context.deadline(), pin!(body)).await??;
            let message = if packed { gzip::unpack(body, wire.message_bytes)? } else { body };
            Asked { format, message }
        }
    };
    let message = format.read(rpc.method().input, message, &wire.json)?;
    match dispatcher.call(rpc.clone(), context, Call::Unary(message)).await? {
        Reply::Unary(reply) => Ok((reply, format)),
        Reply::Stream(_) => {
            Err(Reason::InvalidReply.status("a stream came back from an rpc that answers once"))
        }
    }
}

/// The handler's headers, and its trailers under names that say so.
fn headers_with_trailers(metadata: &ReplyHeaders) -> HeaderMap {
    let mut headers = metadata.take();
    let trailers = metadata.take_trailers();
    for (name, value) in &trailers {
        if let Ok(name) = HeaderName::try_from(format!("trailer-{name}")) {
            headers.append(name, value.clone());
        }
    }
    headers
}

fn replied(
    body: Bytes,
    packed: Option<Bytes>,
    format: Format,
    wire: &Wire,
    headers: HeaderMap,
) -> Response<Body> {
    let mut response = Response::new(Body::full(Bytes::new()));
    *response.headers_mut() = headers;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(match format {
            Format::Proto => "application/proto",
            Format::Json => "application/json",
        }),
    );
    if wire.gzip {
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if packed.is_some() {
        headers.insert(header::CONTENT_ENCODING, gzip::NAME);
    }
    *response.body_mut() = Body::full(packed.unwrap_or(body));
    response
}

/// The response of a call that failed: the one table of codes says its status.
fn failed(status: &Status, headers: HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::full(error::to_json(status).to_string()));
    *response.status_mut() =
        StatusCode::from_u16(status.code().http()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    if let Some(seconds) = status.retry_after_header() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}
