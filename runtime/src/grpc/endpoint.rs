//! The one gRPC service: request path to rpc, rpc to dispatcher, reply back.

use std::collections::HashMap;
use std::pin::pin;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body::{Body as HttpBody, Frame};
use hyper::body::Incoming;
use tower::BoxError;

use super::content_type::{ContentType, Protocol, is_claimed};
use super::convert::{remove_status, trailers, write_status};
use super::extras::Extras;
use super::web;
use crate::context::{Metadata, ReplyHeaders, Transport};
use crate::framed::{Messages, Reading, Replies, Writing, gzip};
use crate::server::{Body, Paced, Refusal, Wire};
use crate::service::{Call, Dispatcher, Idle, Reply, Rpc, within};
use crate::{Context, Status};

static ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
static ACCEPT: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// What is served beside the rpcs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) reflection: bool,
    pub(crate) health: bool,
}

/// Answers requests of gRPC and gRPC-Web.
pub(crate) struct Endpoint {
    rpcs: HashMap<&'static str, Rpc>,
    dispatcher: Dispatcher,
    extras: Extras,
    wire: Wire,
}

impl Endpoint {
    /// The rpcs of the services that emit gRPC.
    ///
    /// # Errors
    /// The descriptors of a contract are broken.
    pub(crate) fn new(
        dispatcher: &Dispatcher,
        options: &Options,
        wire: Wire,
    ) -> Result<Self, Status> {
        let rpcs = dispatcher.rpcs().filter_map(|rpc| {
            let path = rpc.service().grpc.get(rpc.index())?;
            Some((*path, rpc))
        });
        Ok(Self {
            rpcs: rpcs.collect(),
            dispatcher: dispatcher.clone(),
            extras: Extras::new(dispatcher, options)?,
            wire,
        })
    }

    /// Whether a request is one of gRPC, or claims to be.
    pub(crate) fn claims(headers: &HeaderMap) -> bool {
        is_claimed(headers)
    }

    /// Reports every service as serving.
    pub(crate) async fn open(&self) {
        self.extras.open().await;
    }

    /// Reports every service as not serving.
    pub(crate) async fn retire(&self) {
        self.extras.retire().await;
    }

    /// Answers a request that a limit of the server stops.
    pub(crate) fn refuse(&self, headers: &HeaderMap, refusal: &Refusal) -> Response<Body> {
        match ContentType::of(headers, self.wire.json) {
            Some(content_type) => failed(&refusal.status, HeaderMap::new(), content_type),
            None => unsupported(),
        }
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        if request.method() != Method::POST {
            return other_method();
        }
        let Some(content_type) = ContentType::of(request.headers(), self.wire.json) else {
            return unsupported();
        };
        if content_type.request == Protocol::Grpc {
            return self.serve(request, content_type).await;
        }
        let request = request.map(|body| web::read(body, content_type));
        web::write(self.serve(request, content_type).await, content_type)
    }

    async fn serve<B>(&self, request: Request<B>, content_type: ContentType) -> Response<Body>
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Unpin + Send + 'static,
    {
        let Some(rpc) = self.rpcs.get(request.uri().path()) else {
            return match self.extras.answer(request.map(Body::stream)).await {
                Ok(response) => response.map(Body::stream),
                Err(path) => {
                    let text = format!("{path} is no rpc of this server");
                    let headers = HeaderMap::new();
                    failed(&Status::unimplemented(text), headers, content_type)
                }
            };
        };
        let (head, body) = request.into_parts();
        let compressed = gzip::is_used(&head.headers, &ENCODING);
        let writing = Writing {
            format: content_type.format,
            gzip: self.wire.gzip && gzip::is_accepted(&head.headers, &ACCEPT),
            end: |end, handlers| Frame::trailers(trailers(end, handlers)),
        };
        let context = Context::from_headers(Transport::Grpc, Metadata::from(head.headers));
        let metadata = context.reply_headers();
        let gzip = match compressed {
            Ok(gzip) => gzip,
            Err(status) => {
                let mut headers = metadata.take();
                headers.insert(&ACCEPT, HeaderValue::from_static("gzip,identity"));
                return failed(&status, headers, content_type);
            }
        };
        let (input, limit) = (rpc.method().input, self.wire.message_bytes);
        let reading = Reading { input, format: content_type.format, limit, gzip };
        let reply = self.call(rpc, context, body, reading).await;
        match reply.and_then(|reply| Replies::new(reply, writing, metadata.clone())) {
            Ok(replies) => begun(replies, &metadata, writing.gzip, content_type),
            Err(status) => {
                let mut headers = metadata.take();
                headers.extend(metadata.take_trailers());
                failed(&status, headers, content_type)
            }
        }
    }

    async fn call<B>(
        &self,
        rpc: &Rpc,
        context: Context,
        body: B,
        reading: Reading,
    ) -> Result<Reply, Status>
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Unpin + Send + 'static,
    {
        let shape = rpc.method().shape;
        let idle = Idle::new(self.wire.stream_idle);
        let call = if shape.client_streams() {
            Call::Stream(idle.watch(Box::pin(Messages::new(body, reading))))
        } else {
            let messages = Messages::new(Paced::new(body, self.wire.pace), reading);
            Call::Unary(within(context.deadline(), pin!(messages.one())).await??)
        };
        let reply = self.dispatcher.call(rpc.clone(), context, call).await?;
        match reply {
            Reply::Stream(_) if !shape.server_streams() => {
                Err(Status::internal("a stream came back from an rpc that answers once"))
            }
            reply => Ok(idle.watch_reply(reply)),
        }
    }
}

/// The response to a content type that only begins like one of gRPC.
fn unsupported() -> Response<Body> {
    let text = "gRPC is served as application/grpc and application/grpc-web, \
                each with +proto or +json\n";
    let mut response = Response::new(Body::full(text));
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response
}

/// The response to any other method than the one that the protocol has.
fn other_method() -> Response<Body> {
    let mut response = Response::new(Body::full("gRPC is called by POST\n"));
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}

/// The response that says nothing but how the call failed.
fn failed(status: &Status, headers: HeaderMap, content_type: ContentType) -> Response<Body> {
    let mut response = response(Body::full(""), headers, content_type);
    write_status(status, response.headers_mut());
    response
}

/// The response with replies.
fn begun(
    replies: Replies,
    metadata: &ReplyHeaders,
    gzip: bool,
    content_type: ContentType,
) -> Response<Body> {
    let mut response = response(Body::Framed(replies), metadata.take(), content_type);
    if gzip {
        response.headers_mut().insert(&ENCODING, gzip::NAME);
    }
    response
}

fn response(body: Body, mut headers: HeaderMap, content_type: ContentType) -> Response<Body> {
    remove_status(&mut headers);
    headers.insert(header::CONTENT_TYPE, content_type.reply());
    let mut response = Response::new(body);
    *response.headers_mut() = headers;
    response
}
