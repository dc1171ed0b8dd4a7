//! The one gRPC service: request path to rpc, rpc to dispatcher, reply back.

use std::collections::HashMap;

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use hyper::body::Incoming;

use super::convert::write_status;
use super::extras::Extras;
use super::gzip;
use super::reply::Replies;
use super::request::{Messages, Reading};
use crate::context::{Metadata, Transport};
use crate::server::Body;
use crate::service::{Call, Dispatcher, Reply, Rpc, within};
use crate::{Context, Status};

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/grpc");

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
        let Some(rpc) = self.rpcs.get(request.uri().path()) else {
            return match self.extras.answer(request).await {
                Ok(response) => response.map(Body::stream),
                Err(path) => {
                    let text = format!("{path} is no rpc of this server");
                    failed(&Status::unimplemented(text), HeaderMap::new())
                }
            };
        };
        let (head, body) = request.into_parts();
        let gzip = self.gzip && gzip::is_accepted(&head.headers);
        let reading = gzip::is_used(&head.headers).map(|gzip| Reading {
            input: rpc.method().input,
            limit: self.message_bytes,
            gzip,
        });
        let context = Context::from_headers(Transport::Grpc, Metadata::from(head.headers));
        let reply_headers = context.reply_headers();
        let reading = match reading {
            Ok(reading) => reading,
            Err(status) => {
                let mut headers = reply_headers.take();
                headers.insert(&gzip::ACCEPT, gzip::ACCEPTED);
                return failed(&status, headers);
            }
        };
        let replies = self.call(rpc, context, Messages::new(body, reading)).await;
        match replies.and_then(|reply| Replies::new(reply, gzip)) {
            Ok(replies) => begun(replies, reply_headers.take(), gzip),
            Err(status) => failed(&status, reply_headers.take()),
        }
    }

    async fn call(
        &self,
        rpc: &Rpc,
        context: Context,
        messages: Messages<Incoming>,
    ) -> Result<Reply, Status> {
        let shape = rpc.method().shape;
        let call = if shape.client_streams() {
            Call::Stream(Box::pin(messages))
        } else {
            Call::Unary(within(context.deadline(), messages.one()).await??)
        };
        let reply = self.dispatcher.call(rpc.clone(), context, call).await?;
        match reply {
            Reply::Stream(_) if !shape.server_streams() => {
                Err(Status::internal("a stream came back from an rpc that answers once"))
            }
            reply => Ok(reply),
        }
    }
}

/// The response that says nothing but how the call failed.
fn failed(status: &Status, headers: HeaderMap) -> Response<Body> {
    let mut response = response(Body::full(""), headers);
    write_status(status, response.headers_mut());
    response
}

/// The response with replies.
fn begun(replies: Replies, headers: HeaderMap, gzip: bool) -> Response<Body> {
    let mut response = response(Body::Grpc(replies), headers);
    if gzip {
        response.headers_mut().insert(&gzip::ENCODING, gzip::GZIP);
    }
    response
}

fn response(body: Body, mut headers: HeaderMap) -> Response<Body> {
    // A handler's word for these would be taken for the outcome of the call.
    let reserved = |name: &&HeaderName| {
        matches!(name.as_str(), "grpc-status" | "grpc-message" | "grpc-status-details-bin")
    };
    let reserved: Vec<_> = headers.keys().filter(reserved).cloned().collect();
    for name in reserved {
        headers.remove(name);
    }
    headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
    let mut response = Response::new(body);
    *response.headers_mut() = headers;
    response
}
