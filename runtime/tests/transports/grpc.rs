//! gRPC, spoken by tonic's client and the official stubs.

use std::marker::PhantomData;
use std::sync::atomic::Ordering;
use std::time::Duration;

use agentgen::Code;
use bytes::Buf as _;
use futures_util::StreamExt as _;
use tonic::codec::{Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use crate::agent::Probe;
use crate::contract::{Answer, Request};
use crate::running::{Running, bytes, http2, soon};

/// A client with a codec of its own, so that the server's is not its own judge.
pub(crate) struct Caller {
    channel: Channel,
    headers: Vec<(&'static str, String)>,
    gzip: bool,
}

struct Prost<T>(PhantomData<T>);

impl<T: prost::Message + Default + 'static> Codec for Prost<T> {
    type Encode = Request;
    type Decode = T;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self(PhantomData)
    }

    fn decoder(&mut self) -> Self {
        Self(PhantomData)
    }
}

impl<T> Encoder for Prost<T> {
    type Item = Request;
    type Error = tonic::Status;

    fn encode(&mut self, item: Request, out: &mut EncodeBuf<'_>) -> Result<(), tonic::Status> {
        prost::Message::encode(&item, out)
            .map_err(|error| tonic::Status::internal(error.to_string()))
    }
}

impl<T: prost::Message + Default> Decoder for Prost<T> {
    type Item = T;
    type Error = tonic::Status;

    fn decode(&mut self, bytes: &mut DecodeBuf<'_>) -> Result<Option<T>, tonic::Status> {
        let bytes = bytes.copy_to_bytes(bytes.remaining());
        T::decode(bytes).map(Some).map_err(|error| tonic::Status::internal(error.to_string()))
    }
}

impl Caller {
    pub(crate) async fn of(server: &Running) -> Self {
        Self::over(server.channel().await)
    }

    pub(crate) fn over(channel: Channel) -> Self {
        Self { channel, headers: Vec::new(), gzip: false }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn request<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        for (name, value) in &self.headers {
            request.metadata_mut().insert(*name, MetadataValue::try_from(value).unwrap());
        }
        request
    }

    async fn client(&self) -> tonic::client::Grpc<Channel> {
        let mut client = tonic::client::Grpc::new(self.channel.clone());
        if self.gzip {
            client = client
                .send_compressed(CompressionEncoding::Gzip)
                .accept_compressed(CompressionEncoding::Gzip);
        }
        client.ready().await.unwrap();
        client
    }

    pub(crate) async fn unary(
        &self,
        rpc: &str,
        message: Request,
    ) -> Result<tonic::Response<Answer>, tonic::Status> {
        let path = format!("/lab.v1.Lab/{rpc}").parse().unwrap();
        let mut client = self.client().await;
        soon(client.unary(self.request(message), path, Prost(PhantomData))).await
    }

    pub(crate) async fn client_stream(
        &self,
        rpc: &str,
        messages: Vec<Request>,
    ) -> Result<Answer, tonic::Status> {
        let path = format!("/lab.v1.Lab/{rpc}").parse().unwrap();
        let messages = self.request(futures_util::stream::iter(messages));
        let mut client = self.client().await;
        let call = client.client_streaming(messages, path, Prost(PhantomData));
        Ok(soon(call).await?.into_inner())
    }

    pub(crate) async fn server_stream(
        &self,
        rpc: &str,
        message: Request,
    ) -> Result<tonic::Streaming<Answer>, tonic::Status> {
        let path = format!("/lab.v1.Lab/{rpc}").parse().unwrap();
        let mut client = self.client().await;
        let call = client.server_streaming(self.request(message), path, Prost(PhantomData));
        Ok(soon(call).await?.into_inner())
    }

    async fn bidi(
        &self,
        rpc: &str,
        messages: impl futures_core::Stream<Item = Request> + Send + 'static,
    ) -> Result<tonic::Streaming<Answer>, tonic::Status> {
        let path = format!("/lab.v1.Lab/{rpc}").parse().unwrap();
        let mut client = self.client().await;
        let call = client.streaming(self.request(messages), path, Prost(PhantomData));
        Ok(soon(call).await?.into_inner())
    }
}

pub(crate) fn text(text: &str, count: i64) -> Request {
    Request { text: text.into(), count, ..Request::default() }
}

#[tokio::test]
async fn a_handler_cannot_set_what_is_the_transports() {
    let server = Running::start().await;
    let caller = Caller::of(&server).await;
    let answer = caller.unary("Echo", text("reserved", 0)).await.unwrap();
    for name in ["content-length", "grpc-message", "te", "trailer"] {
        assert!(answer.metadata().get(name).is_none(), "{name}");
    }
    assert_eq!(answer.into_inner().text, "", "none was set");
    drop(caller);
    server.end().await;
}

#[tokio::test]
async fn every_shape_of_rpc_is_answered() {
    let server = Running::start().await;
    let caller = Caller::of(&server).await;
    let answer = caller.unary("Echo", text("a", 7)).await.unwrap();
    assert_eq!(answer.get_ref().request, Some(text("a", 7)));
    assert_eq!(answer.metadata().get("x-lab").unwrap(), "grpc");

    let mut stream = caller.server_stream("Tail", text("t", 100)).await.unwrap();
    for n in 1..=100 {
        assert_eq!(soon(stream.message()).await.unwrap().unwrap().count, n);
    }
    assert_eq!(stream.message().await.unwrap(), None);

    let messages = vec![text("a", 1), text("b", 2)];
    let answer = caller.client_stream("Collect", messages.clone()).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.count), ("ab", 3));

    // The reply to the first message comes before the second is sent.
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let receiver =
        futures_util::stream::unfold(
            receiver,
            |mut own| async move { Some((own.recv().await?, own)) },
        );
    let mut stream = caller.bidi("Talk", receiver).await.unwrap();
    for message in messages {
        sender.send(message.clone()).await.unwrap();
        assert_eq!(soon(stream.message()).await.unwrap().unwrap().text, message.text);
    }
    drop(sender);
    assert_eq!(soon(stream.message()).await.unwrap(), None);
    drop((stream, caller));
    server.end().await;
}

#[tokio::test]
async fn an_error_carries_its_details_with_equal_code_and_message() {
    let server = Running::start().await;
    let status = Caller::of(&server).await.unary("Echo", text("fail", 0)).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (tonic::Code::ResourceExhausted, "busy: é"));
    let details = agentgen::Status::from_proto(status.details());
    assert_eq!((details.code(), details.message()), (Code::ResourceExhausted, "busy: é"));
    assert_eq!(details.details().retry_after, Some(Duration::from_millis(1500)));
    assert!(status.metadata().get("x-correlation-id").is_some());
    assert_eq!(status.metadata().get("grpc-retry-pushback-ms").unwrap(), "1500");
    server.end().await;
}

#[tokio::test]
async fn an_error_within_a_stream_ends_it() {
    let server = Running::start().await;
    let mut stream =
        Caller::of(&server).await.server_stream("Tail", text("fail", 1)).await.unwrap();
    assert_eq!(soon(stream.message()).await.unwrap().unwrap().count, 1);
    let status = soon(stream.message()).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (tonic::Code::Unavailable, "cut\noff"));
    drop(stream);
    server.end().await;
}

#[tokio::test]
async fn headers_travel_both_ways_and_ids_are_kept() {
    let server = Running::start().await;
    let caller = Caller::of(&server).await.with("x-tenant", "acme").with("x-correlation-id", "j7");
    let answer = caller.unary("Echo", text("who", 0)).await.unwrap();
    assert_eq!(answer.get_ref().text, "acme");
    assert_eq!(answer.metadata().get("x-correlation-id").unwrap(), "j7");
    let answer = caller.unary("Echo", text("", 0)).await.unwrap();
    assert_eq!(answer.get_ref().text, "j7");
    assert!(answer.metadata().get("traceresponse").is_none(), "the caller sent no trace");
    drop(caller);
    server.end().await;
}

/// A call as bytes, since tonic's client would end it at the deadline by itself.
#[tokio::test]
async fn the_callers_deadline_cancels_the_handler() {
    let server = Running::start().await;
    let client = http2();
    let request = client.post(server.url("/lab.v1.Lab/Echo")).header("grpc-timeout", "50m");
    let request = request.header("content-type", "application/grpc").header("te", "trailers");
    let response = soon(request.body(&b"\0\0\0\0\x06\x0a\x04hang"[..]).send()).await.unwrap();
    assert_eq!(response.headers()["grpc-status"], "4");
    Probe::wait(&server.probe.dropped).await;
    drop((response, client));
    server.end().await;
}

#[tokio::test]
async fn a_timeout_that_is_none_is_refused_and_one_of_nothing_has_passed() {
    let server = Running::start().await;
    let client = http2();
    let ask = |name: &'static str, timeout: &'static str, media: &'static str| {
        let request = client.post(server.url("/lab.v1.Lab/Echo")).header(name, timeout);
        let body = if name == "grpc-timeout" { &b"\0\0\0\0\0"[..] } else { b"{}" };
        bytes(request.header("content-type", media).body(body))
    };
    for media in ["application/grpc", "application/grpc-web"] {
        for (timeout, code) in
            [("xx", "3"), ("10", "3"), ("-1m", "3"), ("123456789S", "3"), ("0m", "4"), ("1H", "0")]
        {
            let (status, headers, body) = ask("grpc-timeout", timeout, media).await;
            assert_eq!(status, 200, "{timeout}");
            if code == "0" {
                assert!(!body.is_empty() && !headers.contains_key("grpc-status"));
                continue;
            }
            assert_eq!(headers["grpc-status"], code, "{timeout}");
            assert!(headers.contains_key("x-correlation-id"));
            let named = headers["grpc-message"].to_str().unwrap().contains("grpc-timeout");
            assert_eq!(named, code == "3", "{timeout}");
        }
    }
    let before = server.probe.calls.load(Ordering::Relaxed);
    assert_eq!(before, 2, "the handler was asked where there was time");
    let (status, ..) = ask("request-timeout", "0", "application/json").await;
    assert_eq!(status, 504);
    let (status, ..) = ask("connect-timeout-ms", "0", "application/json").await;
    assert_eq!(status, 504);
    assert_eq!(server.probe.calls.load(Ordering::Relaxed), before);
    drop(client);
    server.end().await;
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_the_handler() {
    let server = Running::start().await;
    let caller = Caller::of(&server).await;
    tokio::select! {
        _ = caller.unary("Echo", text("hang", 0)) => panic!("it hangs"),
        () = Probe::wait(&server.probe.started) => {}
    }
    Probe::wait(&server.probe.dropped).await;
    let mut stream = caller.server_stream("Tail", text("wait", 2)).await.unwrap();
    soon(stream.message()).await.unwrap().unwrap();
    drop(stream);
    Probe::wait(&server.probe.dropped).await;
    drop(caller);
    server.end().await;
}

#[tokio::test]
async fn unknown_rpcs_and_broken_messages_are_refused() {
    let server = Running::start().await;
    let caller = Caller::of(&server).await;
    let status = caller.unary("Nothing", text("", 0)).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unimplemented);
    let request = |client: &reqwest::Client| {
        let request = client.post(server.url("/lab.v1.Lab/Echo")).header("te", "trailers");
        let request = request.header("content-type", "application/grpc");
        bytes(request.body(&b"\0\0\0\0\x01\x0a"[..]))
    };
    let client = http2();
    assert_eq!(request(&client).await.1["grpc-status"], "3");
    // HTTP/1 has no trailers that clients could count on.
    assert_eq!(request(&server.http).await.0, 505);
    drop((caller, client));
    server.end().await;
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused() {
    let server =
        Running::start_with(|own| own.grpc().limits(|limits| limits.message_bytes = 100)).await;
    let caller = Caller::of(&server).await;
    let status = caller.unary("Echo", text(&"x".repeat(200), 0)).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::ResourceExhausted);
    drop(caller);
    server.end().await;
}

#[tokio::test]
async fn gzip_is_understood_and_sent_where_it_is_switched_on() {
    for (on, encoding) in [(false, None), (true, Some("gzip"))] {
        let server =
            Running::start_with(|own| if on { own.grpc().gzip() } else { own.grpc() }).await;
        let caller = Caller { gzip: true, ..Caller::of(&server).await };
        let answer = caller.unary("Echo", text(&"x".repeat(1000), 1)).await.unwrap();
        let sent = answer.metadata().get("grpc-encoding").map(|value| value.to_str().unwrap());
        assert_eq!((sent, answer.get_ref().count), (encoding, 1));
        drop(caller);
        server.end().await;
    }
}

#[tokio::test]
async fn reflection_lists_the_services_and_describes_them() {
    let server = Running::start().await;
    let mut client = ServerReflectionClient::new(server.channel().await);
    let ask =
        |message| ServerReflectionRequest { host: String::new(), message_request: Some(message) };
    let requests = futures_util::stream::iter([
        ask(MessageRequest::ListServices(String::new())),
        ask(MessageRequest::FileContainingSymbol("lab.v1.Lab".into())),
    ]);
    let responses = soon(client.server_reflection_info(requests)).await.unwrap().into_inner();
    let responses: Vec<ServerReflectionResponse> =
        soon(responses.map(Result::unwrap).collect()).await;
    let Some(MessageResponse::ListServicesResponse(list)) = &responses[0].message_response else {
        panic!("{responses:?}");
    };
    assert!(list.service.iter().any(|service| service.name == "lab.v1.Lab"), "{list:?}");
    let Some(MessageResponse::FileDescriptorResponse(files)) = &responses[1].message_response
    else {
        panic!("{responses:?}");
    };
    assert!(String::from_utf8_lossy(&files.file_descriptor_proto[0]).contains("lab.proto"));
    drop(client);
    server.end().await;
}

#[tokio::test]
async fn health_is_serving_until_the_shutdown_starts() {
    let mut server = Running::start().await;
    let mut client = HealthClient::new(server.channel().await);
    let ask = |service: &str| HealthCheckRequest { service: service.into() };
    for service in ["", "lab.v1.Lab"] {
        let response = soon(client.check(ask(service))).await.unwrap();
        assert_eq!(response.into_inner().status, 1);
    }
    let unknown = soon(client.check(ask("other"))).await.unwrap_err();
    assert_eq!(unknown.code(), tonic::Code::NotFound);
    let mut watch = soon(client.watch(ask(""))).await.unwrap().into_inner();
    assert_eq!(soon(watch.message()).await.unwrap().unwrap().status, 1);
    server.stop();
    assert_eq!(soon(watch.message()).await.unwrap().unwrap().status, 2);
    drop((watch, client));
    server.end().await;
}
