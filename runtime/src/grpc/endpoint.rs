//! The one gRPC service: request path to rpc, rpc to dispatcher, reply back.

use std::collections::HashMap;
use std::future::ready;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use futures_util::FutureExt as _;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Version, header,
};
use http_body::{Body as HttpBody, Frame};
use tower::BoxError;

use super::content_type::{ContentType, Protocol, is_claimed};
use super::convert::{remove_status, trailers, write_status};
use super::extras::{Extras, OpenHealth, Reflect};
use super::web;
use crate::context::{Metadata, ReplyHeaders, Transport, check_grpc_timeout, reply_ids};
use crate::framed::{Messages, Reading, Replies, Writing, gzip};
use crate::server::{Body, Paced, Received, Wire, allow, told};
use crate::service::{Call, Dispatcher, Idle, Reply, Rpc, Shape, within};
use crate::status::Reason;
use crate::{Context, Status};

static ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
static ACCEPT: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// The one method that calls.
const METHOD: &str = "POST";

/// What is served beside the rpcs, by the functions that make it: what a program does not
/// ask for is not linked into it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) reflection: Option<Reflect>,
    pub(crate) health: Option<OpenHealth>,
}

/// Answers requests of gRPC and gRPC-Web.
pub(crate) struct Endpoint {
    rpcs: HashMap<&'static str, Rpc, foldhash::fast::RandomState>,
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

    /// The method of a path; `*` is every path. `None` where no rpc has it.
    pub(crate) fn method(&self, path: &str) -> Option<&'static str> {
        let known = path == "*" || self.rpcs.contains_key(path) || self.extras.have(path);
        known.then_some(METHOD)
    }

    /// Answers a request that a limit of the server stops.
    pub(crate) fn refuse(headers: &HeaderMap, status: &Status) -> Response<Body> {
        match ContentType::of(headers) {
            Some(content_type) => failed(status, reply_ids(headers), content_type),
            None => unsupported(headers),
        }
    }

    /// Answers a request.
    pub(crate) fn answer(
        self: Arc<Self>,
        request: Request<Received>,
    ) -> BoxFuture<'static, Response<Body>> {
        if request.method() != Method::POST {
            return Box::pin(ready(other_method(request.headers())));
        }
        let Some(content_type) = ContentType::of(request.headers()) else {
            return Box::pin(ready(unsupported(request.headers())));
        };
        if content_type.request == Protocol::Grpc {
            if request.version() < Version::HTTP_2 {
                return Box::pin(ready(older_version(request.headers())));
            }
            return self.serve(request, content_type);
        }
        let request = request.map(|body| web::read(body, content_type));
        let answer = self.serve(request, content_type);
        Box::pin(answer.map(move |response| web::write(response, content_type)))
    }

    fn serve<B>(
        self: Arc<Self>,
        request: Request<B>,
        content_type: ContentType,
    ) -> BoxFuture<'static, Response<Body>>
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Unpin + Send + 'static,
    {
        let Some(rpc) = self.rpcs.get(request.uri().path()).cloned() else {
            let request = request.map(Body::stream);
            return Box::pin(async move { self.answer_beside(request, content_type).await });
        };
        let (head, body) = request.into_parts();
        let timeout = check_grpc_timeout(&head.headers);
        let compressed = gzip::is_used(&head.headers, &ENCODING);
        let writing = Writing {
            format: content_type.format,
            gzip: self.wire.gzip && gzip::is_accepted(&head.headers, &ACCEPT),
            end: |end, handlers| Frame::trailers(trailers(end, handlers)),
        };
        let context = Context::from_headers(Transport::Grpc, Metadata::from(head.headers));
        let metadata = context.reply_headers();
        if let Err(status) = timeout {
            return Box::pin(ready(failed(&status, metadata.take(), content_type)));
        }
        let gzip = match compressed {
            Ok(gzip) => gzip,
            Err(status) => {
                let mut headers = metadata.take();
                headers.insert(&ACCEPT, HeaderValue::from_static("gzip,identity"));
                return Box::pin(ready(failed(&status, headers, content_type)));
            }
        };
        let Wire { message_bytes: limit, json, .. } = self.wire;
        let (input, format) = (rpc.method().input, content_type.format);
        let total = rpc.method().shape.client_streams().then_some(self.wire.stream);
        let reading = Reading { input, format, json, limit, total, gzip };
        let respond = move |reply: Result<(Reply, Idle), Status>| {
            let replies = reply
                .and_then(|(reply, idle)| Replies::new(reply, &idle, writing, metadata.clone()));
            replied(replies, &metadata, writing.gzip, content_type)
        };
        // An async block around the call would store all that it takes once more.
        Box::pin(self.call(rpc, context, body, reading).map(respond))
    }

    /// The answer of a service beside one's own.
    async fn answer_beside(
        &self,
        request: Request<Body>,
        content_type: ContentType,
    ) -> Response<Body> {
        let ids = reply_ids(request.headers());
        match self.extras.answer(request).await {
            Ok(mut response) => {
                response.headers_mut().extend(ids);
                response.map(Body::stream)
            }
            Err(path) => {
                let text = format!("{path} is no rpc of this server");
                failed(&Reason::UnknownRpc.status(text), ids, content_type)
            }
        }
    }

    #[expect(clippy::manual_async_fn, reason = "an async fn stores all that it takes twice")]
    fn call<B>(
        self: Arc<Self>,
        rpc: Rpc,
        context: Context,
        body: B,
        reading: Reading,
    ) -> impl Future<Output = Result<(Reply, Idle), Status>> + Send
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Unpin + Send + 'static,
    {
        async move {
            let shape = rpc.method().shape;
            let idle = Idle::new(self.wire.stream_idle.filter(|_| shape != Shape::Unary));
            let call = if shape.client_streams() {
                Call::Stream(idle.watch_requests(Box::pin(Messages::new(body, reading))))
            } else {
                let messages = Messages::new(Paced::new(body, self.wire.pace), reading);
                Call::Unary(within(context.deadline(), pin!(messages.one())).await??)
            };
            match self.dispatcher.call(rpc, context, call).await? {
                Reply::Stream(_) if !shape.server_streams() => {
                    Err(Reason::InvalidReply
                        .status("a stream came back from an rpc that answers once"))
                }
                reply => Ok((reply, idle)),
            }
        }
    }
}

/// The response to a content type that only begins like one of gRPC.
fn unsupported(headers: &HeaderMap) -> Response<Body> {
    let text = "gRPC is served as application/grpc and application/grpc-web, \
                each with +proto or +json";
    told(headers, StatusCode::UNSUPPORTED_MEDIA_TYPE, text)
}

/// The response to any other method than the one that the protocol has.
fn other_method(headers: &HeaderMap) -> Response<Body> {
    let mut response = told(headers, StatusCode::METHOD_NOT_ALLOWED, "gRPC is called by POST");
    response.headers_mut().insert(header::ALLOW, allow([METHOD].into()));
    response
}

/// The response over HTTP/1, where a client may never see the trailers with the status.
fn older_version(headers: &HeaderMap) -> Response<Body> {
    let text = "gRPC needs HTTP/2; gRPC-Web does not";
    told(headers, StatusCode::HTTP_VERSION_NOT_SUPPORTED, text)
}

/// The response that says nothing but how the call failed.
fn failed(status: &Status, headers: HeaderMap, content_type: ContentType) -> Response<Body> {
    let mut response = response(Body::full(""), headers, content_type);
    write_status(status, response.headers_mut());
    response
}

/// The response with replies, or with how the call failed before there were any.
fn replied(
    replies: Result<Replies, Status>,
    metadata: &ReplyHeaders,
    gzip: bool,
    content_type: ContentType,
) -> Response<Body> {
    let mut headers = metadata.take();
    let replies = match replies {
        Ok(replies) => replies,
        Err(status) => {
            headers.extend(metadata.take_trailers());
            return failed(&status, headers, content_type);
        }
    };
    let mut response = response(Body::Framed(replies), headers, content_type);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn size<F>(_: impl FnOnce(Arc<Endpoint>, Rpc, Context, Received, Reading) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_call_is_small_enough_for_the_quick_path_of_an_allocator() {
        // glibc's ends at 1,032 bytes, of which the way back to HTTP takes a few.
        assert!(size(Endpoint::call) < 1_000, "{} bytes", size(Endpoint::call));
    }
}
