//! Calls over gRPC: tonic's channel with the erased codec that the server
//! uses too.

use std::error::Error;

use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use futures_util::future::Fuse;
use futures_util::{FutureExt as _, StreamExt as _, future, stream};
use http::uri::PathAndQuery;
use tokio::sync::oneshot;
use tonic::client::Grpc as Caller;
use tonic::codec::{CompressionEncoding, Streaming};
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, TimeoutExpired};

use super::{MAX_REPLY, Transport, headers};
use crate::codec::Message;
use crate::grpc::{MessageCodec, from_tonic};
use crate::service::{Call, Reply, ReplyStream, ServiceInfo};
use crate::{Code, Context, Status};

type Messages = BoxStream<'static, Box<dyn Message>>;

/// Resolves once, with the error of a request stream that failed.
type Failure = Fuse<oneshot::Receiver<Status>>;

/// gRPC over HTTP/2.
pub(super) struct Grpc(Channel);

impl Grpc {
    /// Connects at once.
    pub(super) async fn connect(uri: &str) -> Result<Self, Status> {
        let channel = endpoint(uri)?.connect().await.map_err(|error| {
            Status::unavailable(format!("{uri} cannot be reached")).with_source(error)
        })?;
        Ok(Self(channel))
    }

    /// Connects with the first call.
    pub(super) fn lazy(uri: &str) -> Result<Self, Status> {
        Ok(Self(endpoint(uri)?.connect_lazy()))
    }

    async fn caller(&self) -> Result<Caller<Channel>, Status> {
        let mut caller = Caller::new(self.0.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(MAX_REPLY);
        caller
            .ready()
            .await
            .map_err(|error| Status::unavailable("the connection is broken").with_source(error))?;
        Ok(caller)
    }
}

fn endpoint(uri: &str) -> Result<Endpoint, Status> {
    Endpoint::from_shared(uri.to_owned())
        .map_err(|error| Status::invalid_argument(format!("`{uri}`: {error}")))
}

impl Transport for Grpc {
    fn call<'a>(
        &'a self,
        info: &'static ServiceInfo,
        method: usize,
        context: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        Box::pin(async move {
            let (Some(rpc), Some(path)) = (info.methods.get(method), info.grpc.get(method)) else {
                return Err(Status::unimplemented(format!("{} has no gRPC rpc", info.name)));
            };
            let (messages, mut failure) = messages(call);
            let request = request(context, messages);
            let path = PathAndQuery::from_static(path);
            let codec = MessageCodec(rpc.output);
            let mut caller = self.caller().await?;
            let work = async {
                if rpc.shape.server_streams() {
                    let reply = caller.streaming(request, path, codec).await;
                    reply.map(|reply| Answer::Stream(Box::new(reply.into_inner())))
                } else {
                    let reply = caller.client_streaming(request, path, codec).await;
                    reply.map(|reply| Answer::Unary(reply.into_inner()))
                }
            };
            let answer = tokio::select! {
                biased;
                Ok(status) = &mut failure => return Err(status),
                answer = work => answer.map_err(|status| received(&status))?,
            };
            Ok(match answer {
                Answer::Unary(message) => Reply::Unary(message),
                Answer::Stream(replies) => Reply::Stream(reply_stream(replies, failure)),
            })
        })
    }
}

enum Answer {
    Unary(Box<dyn Message>),
    Stream(Box<Streaming<Box<dyn Message>>>),
}

fn request(context: &Context, messages: Messages) -> Request<Messages> {
    let mut request = Request::new(messages);
    *request.metadata_mut() = MetadataMap::from_headers(headers(context));
    if let Some(left) = context.time_left() {
        request.set_timeout(left);
    }
    request
}

/// The messages to send. tonic's request streams cannot fail: one that does
/// ends the call through the second part instead.
fn messages(call: Call) -> (Messages, Failure) {
    let (sender, receiver) = oneshot::channel();
    let messages: Messages = match call {
        Call::Unary(message) => Box::pin(stream::once(future::ready(message))),
        Call::Stream(stream) => {
            Box::pin(stream::unfold((stream, sender), |(mut stream, sender)| async move {
                match stream.next().await? {
                    Ok(message) => Some((message, (stream, sender))),
                    Err(status) => {
                        // Nobody listens once the call is over.
                        sender.send(status).ok();
                        future::pending().await
                    }
                }
            }))
        }
    };
    (messages, receiver.fuse())
}

fn reply_stream(replies: Box<Streaming<Box<dyn Message>>>, failure: Failure) -> ReplyStream {
    Box::pin(stream::unfold(Some((replies, failure)), |state| async move {
        let (mut replies, mut failure) = state?;
        let item = tokio::select! {
            biased;
            Ok(status) = &mut failure => Err(status),
            item = replies.next() => item?.map_err(|status| received(&status)),
        };
        let rest = item.is_ok().then_some((replies, failure));
        Some((item, rest))
    }))
}

/// The status of a peer, or what tonic makes of a connection that broke.
fn received(status: &tonic::Status) -> Status {
    let own = from_tonic(status);
    // A cause means that no peer sent this status.
    let Some(cause) = status.source() else { return own };
    let mut causes = std::iter::successors(Some(cause), |it| (*it).source());
    if causes.any(<dyn Error>::is::<TimeoutExpired>) {
        Status::deadline_exceeded("the deadline passed before the peer answered")
    } else if matches!(own.code(), Code::Unknown | Code::Cancelled) {
        Status::unavailable(format!("the connection broke: {}", own.message()))
    } else {
        own
    }
}
