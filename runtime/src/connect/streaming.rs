//! Rpcs that stream: messages with a prefix each, and at the end one with a
//! flag of its own that says how the stream ended. The status of HTTP is
//! always 200.

use std::pin::pin;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use http_body::Frame;

use super::{error, request};
use crate::context::{Metadata, Transport};
use crate::framed::{Format, Messages, Reading, Replies, Writing, gzip, prefixed};
use crate::server::{Body, Paced, Received, Wire};
use crate::service::{Call, Dispatcher, Idle, Reply, Rpc, within};
use crate::{Context, Status};

static ENCODING: HeaderName = HeaderName::from_static("connect-content-encoding");
static ACCEPT: HeaderName = HeaderName::from_static("connect-accept-encoding");

/// What marks the end of a stream among the messages.
const END: u8 = 0b10;

/// Answers a request.
pub(super) async fn answer(
    dispatcher: &Dispatcher,
    wire: &Wire,
    rpc: &Rpc,
    head: Parts,
    body: Received,
    format: Format,
) -> Response<Body> {
    let accepted = wire.gzip && gzip::is_accepted(&head.headers, &ACCEPT);
    let writing = Writing { format, gzip: accepted, end };
    let context = Context::from_headers(Transport::Connect, Metadata::from(head.headers));
    let metadata = context.reply_headers();
    let reply = call(dispatcher, wire, rpc, context, body, format).await;
    let replies =
        reply.and_then(|(reply, idle)| Replies::new(reply, &idle, writing, metadata.clone()));
    let mut headers = metadata.take();
    let body = match replies {
        Ok(replies) => {
            if writing.gzip {
                headers.insert(&ENCODING, gzip::NAME);
            }
            Body::Framed(replies)
        }
        Err(status) => Body::full(last(Err(status), metadata.take_trailers())),
    };
    headers.insert(&ACCEPT, gzip::NAME);
    headers.insert(header::CONTENT_TYPE, content_type(format));
    let mut response = Response::new(body);
    *response.headers_mut() = headers;
    response
}

async fn call(
    dispatcher: &Dispatcher,
    wire: &Wire,
    rpc: &Rpc,
    context: Context,
    body: Received,
    format: Format,
) -> Result<(Reply, Idle), Status> {
    let headers = context.metadata().as_headers();
    request::check(headers)?;
    let gzip = gzip::is_used(headers, &ENCODING)?;
    let (input, limit) = (rpc.method().input, wire.message_bytes);
    let total = rpc.method().shape.client_streams().then_some(wire.stream);
    let reading = Reading { input, format, json: wire.json, limit, total, gzip };
    let idle = Idle::new(wire.stream_idle);
    let call = if rpc.method().shape.client_streams() {
        Call::Stream(idle.watch_requests(Box::pin(Messages::new(body, reading))))
    } else {
        let messages = Messages::new(Paced::new(body, wire.pace), reading);
        Call::Unary(within(context.deadline(), pin!(messages.one())).await??)
    };
    Ok((dispatcher.call(rpc.clone(), context, call).await?, idle))
}

/// The last message of a stream.
fn end(end: Result<(), Status>, trailers: HeaderMap) -> Frame<Bytes> {
    Frame::data(last(end, trailers))
}

fn last(end: Result<(), Status>, trailers: HeaderMap) -> Bytes {
    prefixed(END, error::end_of_stream(end, trailers).to_string().as_bytes())
}

fn content_type(format: Format) -> HeaderValue {
    HeaderValue::from_static(match format {
        Format::Proto => "application/connect+proto",
        Format::Json => "application/connect+json",
    })
}
