//! The one gRPC service: request path to rpc, rpc to dispatcher, reply back.

use std::collections::HashMap;

use futures_core::future::BoxFuture;
use futures_util::StreamExt as _;
use http::{HeaderMap, Request, Response};
use hyper::body::Incoming;
use tonic::codec::CompressionEncoding;
use tonic::server::{
    ClientStreamingService, Grpc, ServerStreamingService, StreamingService, UnaryService,
};

use super::codec::MessageCodec;
use super::convert::{from_tonic, to_tonic};
use super::extras::Extras;
use crate::codec::Message;
use crate::context::{Metadata, Transport};
use crate::server::Body;
use crate::service::{Call, Dispatcher, Reply, ReplyStream, Rpc, Shape};
use crate::{Context, Status};

/// How gRPC is served.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) reflection: bool,
    pub(crate) health: bool,
    pub(crate) gzip: bool,
}

/// Answers gRPC requests.
pub(crate) struct Endpoint {
    rpcs: HashMap<&'static str, Rpc>,
    dispatcher: Dispatcher,
    extras: Extras,
    gzip: bool,
    message_bytes: usize,
}

impl Endpoint {
    /// The rpcs of the services that emit gRPC.
    ///
    /// # Errors
    /// The descriptors of a contract are broken.
    pub(crate) fn new(
        dispatcher: &Dispatcher,
        options: &Options,
        message_bytes: usize,
    ) -> Result<Self, Status> {
        let rpcs = dispatcher.rpcs().filter_map(|rpc| {
            let path = rpc.service().grpc.get(rpc.index())?;
            Some((*path, rpc))
        });
        Ok(Self {
            rpcs: rpcs.collect(),
            dispatcher: dispatcher.clone(),
            extras: Extras::new(dispatcher, options)?,
            gzip: options.gzip,
            message_bytes,
        })
    }

    /// Reports every service as serving.
    pub(crate) async fn open(&self) {
        self.extras.open().await;
    }

    /// Reports every service as not serving.
    pub(crate) async fn retire(&self) {
        self.extras.retire().await;
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let response = match self.rpcs.get(request.uri().path()) {
            Some(rpc) => self.call(rpc.clone(), request).await,
            None => match self.extras.answer(request).await {
                Ok(response) => response,
                Err(path) => {
                    let text = format!("{path} is no rpc of this server");
                    to_tonic(&Status::unimplemented(text), HeaderMap::new()).into_http()
                }
            },
        };
        response.map(Body::Grpc)
    }

    async fn call(&self, rpc: Rpc, request: Request<Incoming>) -> Response<tonic::body::Body> {
        let mut grpc = Grpc::new(MessageCodec(rpc.method().input))
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(self.message_bytes);
        if self.gzip {
            grpc = grpc.send_compressed(CompressionEncoding::Gzip);
        }
        let shape = rpc.method().shape;
        let handler = Handler { dispatcher: &self.dispatcher, rpc };
        match shape {
            Shape::Unary => grpc.unary(handler, request).await,
            Shape::ServerStream => grpc.server_streaming(handler, request).await,
            Shape::ClientStream => grpc.client_streaming(handler, request).await,
            Shape::Bidi => grpc.streaming(handler, request).await,
        }
    }
}

/// One rpc in the four shapes that tonic knows.
struct Handler<'a> {
    dispatcher: &'a Dispatcher,
    rpc: Rpc,
}

type One = tonic::Request<Box<dyn Message>>;
type Many = tonic::Request<tonic::Streaming<Box<dyn Message>>>;
type Outcome<T> = Result<tonic::Response<T>, tonic::Status>;

impl<'a> UnaryService<Box<dyn Message>> for Handler<'a> {
    type Response = Box<dyn Message>;
    type Future = BoxFuture<'a, Outcome<Box<dyn Message>>>;

    fn call(&mut self, request: One) -> Self::Future {
        Box::pin(unary(self.dispatcher, self.rpc.clone(), one(request)))
    }
}

impl<'a> ServerStreamingService<Box<dyn Message>> for Handler<'a> {
    type Response = Box<dyn Message>;
    type ResponseStream = TonicStream;
    type Future = BoxFuture<'a, Outcome<TonicStream>>;

    fn call(&mut self, request: One) -> Self::Future {
        Box::pin(stream(self.dispatcher, self.rpc.clone(), one(request)))
    }
}

impl<'a> ClientStreamingService<Box<dyn Message>> for Handler<'a> {
    type Response = Box<dyn Message>;
    type Future = BoxFuture<'a, Outcome<Box<dyn Message>>>;

    fn call(&mut self, request: Many) -> Self::Future {
        Box::pin(unary(self.dispatcher, self.rpc.clone(), many(request)))
    }
}

impl<'a> StreamingService<Box<dyn Message>> for Handler<'a> {
    type Response = Box<dyn Message>;
    type ResponseStream = TonicStream;
    type Future = BoxFuture<'a, Outcome<TonicStream>>;

    fn call(&mut self, request: Many) -> Self::Future {
        Box::pin(stream(self.dispatcher, self.rpc.clone(), many(request)))
    }
}

/// A call with one request message.
fn one(request: One) -> (HeaderMap, Call) {
    let (metadata, _, message) = request.into_parts();
    (metadata.into_headers(), Call::Unary(message))
}

/// A call with a stream of request messages.
fn many(request: Many) -> (HeaderMap, Call) {
    let (metadata, _, messages) = request.into_parts();
    let messages = messages.map(|item| item.map_err(|status| from_tonic(&status)));
    (metadata.into_headers(), Call::Stream(Box::pin(messages)))
}

async fn unary(
    dispatcher: &Dispatcher,
    rpc: Rpc,
    (headers, call): (HeaderMap, Call),
) -> Outcome<Box<dyn Message>> {
    let (reply, headers) = dispatch(dispatcher, rpc, headers, call).await?;
    match reply {
        Reply::Unary(message) => Ok(response(message, headers)),
        Reply::Stream(_) => {
            let status = Status::internal("a stream came back from an rpc that answers once");
            Err(to_tonic(&status, headers))
        }
    }
}

type TonicStream = futures_util::stream::Map<
    ReplyStream,
    fn(Result<Box<dyn Message>, Status>) -> Result<Box<dyn Message>, tonic::Status>,
>;

async fn stream(
    dispatcher: &Dispatcher,
    rpc: Rpc,
    (headers, call): (HeaderMap, Call),
) -> Outcome<TonicStream> {
    let (reply, headers) = dispatch(dispatcher, rpc, headers, call).await?;
    Ok(response(reply.into_erased_stream().map(failed_item), headers))
}

fn failed_item(item: Result<Box<dyn Message>, Status>) -> Result<Box<dyn Message>, tonic::Status> {
    item.map_err(|status| to_tonic(&status, HeaderMap::new()))
}

async fn dispatch(
    dispatcher: &Dispatcher,
    rpc: Rpc,
    headers: HeaderMap,
    call: Call,
) -> Result<(Reply, HeaderMap), tonic::Status> {
    let context = Context::from_headers(Transport::Grpc, Metadata::from(headers));
    let reply_headers = context.reply_headers();
    match dispatcher.call(rpc, context, call).await {
        Ok(reply) => Ok((reply, reply_headers.take())),
        Err(status) => Err(to_tonic(&status, reply_headers.take())),
    }
}

fn response<T>(message: T, headers: HeaderMap) -> tonic::Response<T> {
    let metadata = tonic::metadata::MetadataMap::from_headers(headers);
    tonic::Response::from_parts(metadata, message, http::Extensions::new())
}
