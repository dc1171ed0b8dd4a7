//! From an HTTP request to a call and back.

use std::collections::BTreeSet;
use std::future::ready;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;

use super::documents::Documents;
use super::failure::{Failure, allow};
use super::overlay::Beside;
use super::path::{Capture, Found, PathRules, Router};
use super::query::QueryRules;
use super::reply;
use super::request::Reader;
use super::shape::Shapes;
use super::table::{Target, routes};
use super::upload;
use crate::codec::HttpBody;
use crate::context::{Metadata, ReplyHeaders, Transport};
use crate::server::{Body, Refusal, Wire};
use crate::service::{Call, Dispatcher, HttpRoute, Idle, Reply, Shape, within};
use crate::sse::{self, ReplayStore, Session, Streams};
use crate::status::ErrorShape;
use crate::{Context, Status};

/// How REST is served.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) paths: PathRules,
    /// The form of error bodies where the service is not known.
    pub(crate) error_shape: Option<ErrorShape>,
    pub(crate) query: QueryRules,
    /// Where the last events of streams are kept; else in memory.
    pub(crate) replay: Option<Arc<dyn ReplayStore>>,
    #[cfg(feature = "docs")]
    pub(crate) docs: crate::docs::Docs,
}

/// Answers REST requests.
pub(crate) struct Endpoint {
    pub(super) router: Router<Target>,
    pub(super) dispatcher: Dispatcher,
    pub(super) reader: Reader,
    pub(super) stream_idle: Option<Duration>,
    pub(super) query: QueryRules,
    streams: Streams,
    pub(super) shapes: Shapes,
    documents: Documents,
}

/// A request whose route is known.
pub(super) struct Matched {
    pub(super) route: &'static HttpRoute,
    pub(super) target: Target,
    pub(super) captures: Vec<Capture>,
}

impl Endpoint {
    /// The routes of the services.
    ///
    /// # Errors
    /// Two services claim one route, or the docs page has no fit path.
    pub(crate) fn new(
        dispatcher: &Dispatcher,
        options: &Options,
        wire: Wire,
    ) -> Result<Self, Status> {
        Ok(Self {
            router: routes(dispatcher, options.paths)?,
            dispatcher: dispatcher.clone(),
            reader: Reader { limit: wire.message_bytes, pace: wire.pace, json: wire.json },
            stream_idle: wire.stream_idle,
            query: options.query,
            streams: Streams::new(options.replay.clone(), dispatcher.shutdown().clone()),
            shapes: Shapes::new(options.error_shape, dispatcher),
            documents: Documents::new(dispatcher, options)?,
        })
    }

    /// Answers a request.
    #[cfg_attr(
        not(feature = "websocket"),
        expect(unused_mut, reason = "a WebSocket takes its connection out of it")
    )]
    pub(crate) fn answer(
        self: Arc<Self>,
        mut request: Request<Incoming>,
    ) -> BoxFuture<'static, Response<Body>> {
        #[cfg(feature = "websocket")]
        if let Some(response) = self.converse(&mut request) {
            return Box::pin(ready(response));
        }
        let (mut parts, body) = request.into_parts();
        let matched = match self.find(&parts) {
            Ok(Ok(matched)) => matched,
            Ok(Err(response)) => return Box::pin(ready(response)),
            Err(failure) => {
                let shape = self.shapes.choose(&parts.headers, None);
                return Box::pin(ready(failure.response(HeaderMap::new(), shape)));
            }
        };
        let service = matched.target.rpc.service();
        let shape = self.shapes.choose(&parts.headers, Some(service.error_shape));
        let context = context_of(&mut parts);
        let reply_headers = context.reply_headers();
        let session = match self.session(&matched, &context, &parts.method, shape) {
            Ok(session) => session,
            Err(failure) => {
                return Box::pin(ready(failure.response(reply_headers.take(), shape)));
            }
        };
        let uri = parts.uri;
        Box::pin(async move {
            let query = uri.query();
            let answer = self.call(matched, session, context, query, body, &reply_headers).await;
            answer.unwrap_or_else(|failure| failure.response(reply_headers.take(), shape))
        })
    }

    /// Answers a request that a limit of the server stops.
    pub(crate) fn refuse(&self, headers: &HeaderMap, refusal: Refusal) -> Response<Body> {
        let shape = self.shapes.choose(headers, None);
        Failure::refused(refusal).response(HeaderMap::new(), shape)
    }

    /// The route of a request, or the response that needs none.
    fn find(&self, parts: &Parts) -> Result<Result<Matched, Response<Body>>, Failure> {
        let path = parts.uri.path();
        match self.router.find(parts.method.as_str(), path)? {
            Found::Route { route, target, captures } => {
                if target.event_source && !sse::asked_for(&parts.headers) {
                    return Err(Failure::other_methods(&["POST"].into()));
                }
                Ok(Ok(Matched { route, target: target.clone(), captures }))
            }
            Found::OtherMethods(methods) if parts.method == Method::OPTIONS => {
                Ok(Err(methods_of(&methods)))
            }
            Found::OtherMethods(methods) => Err(Failure::other_methods(&methods)),
            Found::Nothing => self.beside_the_routes(parts),
        }
    }

    /// The answer where no route has the path: a document, or nothing.
    fn beside_the_routes(&self, parts: &Parts) -> Result<Result<Matched, Response<Body>>, Failure> {
        let path = parts.uri.path();
        let document = self.documents.answer(parts);
        let document = document.ok_or_else(|| Failure::no_route(&parts.method, path))?;
        match parts.method {
            Method::GET | Method::HEAD => Ok(Err(document)),
            Method::OPTIONS => Ok(Err(methods_of(&["GET"].into()))),
            _ => Err(Failure::other_methods(&["GET"].into())),
        }
    }

    #[expect(clippy::manual_async_fn, reason = "an async fn stores all that it takes twice")]
    fn call<'c>(
        &'c self,
        matched: Matched,
        session: Option<Box<Session>>,
        context: Context,
        query: Option<&'c str>,
        body: Incoming,
        reply_headers: &'c ReplyHeaders,
    ) -> impl Future<Output = Result<Response<Body>, Failure>> + Send + 'c {
        async move {
            if session.as_ref().is_some_and(|session| session.is_over()) {
                return Ok(sse::finished(reply_headers.take()));
            }
            let shape = matched.target.rpc.method().shape;
            let idle = Idle::new(self.stream_idle.filter(|_| shape != Shape::Unary));
            let call = {
                let call = pin!(self.request(&context, &matched, query, body, &idle));
                within(context.deadline(), call).await??
            };
            let intercept = session.as_ref().and_then(|session| session.intercept());
            let Matched { route, target, .. } = matched;
            let reply = self.dispatcher.call_with(target.rpc, context, call, intercept).await?;
            match (reply, session) {
                (Reply::Unary(message), None) => {
                    reply::response(&*message, route, reply_headers.take())
                }
                (reply, Some(session)) => {
                    let mut stream = reply.into_erased_stream();
                    if !session.has_heartbeat() {
                        stream = idle.watch(stream);
                    }
                    Ok(session.response(stream, reply_headers.take()))
                }
                (Reply::Stream(stream), None) if shape.server_streams() => {
                    let (stream, headers) = (idle.watch(stream), reply_headers.take());
                    Ok(reply::raw_stream(stream, route.response_body, headers).await?)
                }
                (Reply::Stream(_), None) => {
                    Err(Status::internal("a stream came back for one reply").into())
                }
            }
        }
    }

    /// What stands behind a response that is a stream of messages; `None` for
    /// one reply and for raw bodies.
    fn session(
        &self,
        matched: &Matched,
        context: &Context,
        method: &Method,
        shape: ErrorShape,
    ) -> Result<Option<Box<Session>>, Failure> {
        let (rpc, part) = (matched.target.rpc.method(), matched.route.response_body);
        if HttpBody::is_part(rpc.output, part) || !rpc.shape.server_streams() {
            return Ok(None);
        }
        let settings = sse::Settings::new(matched.target.stream, part, shape);
        let sent = sse::form(context.metadata().as_headers(), settings.default_form);
        let sent = sent.ok_or_else(Failure::not_acceptable)?;
        let session = self.streams.open(sent, settings, context, method != Method::HEAD);
        Ok(Some(Box::new(session)))
    }

    async fn request(
        &self,
        context: &Context,
        matched: &Matched,
        query: Option<&str>,
        body: Incoming,
        idle: &Idle,
    ) -> Result<Call, Failure> {
        let Matched { route, target, captures } = matched;
        let method = target.rpc.method();
        let headers = context.metadata().as_headers();
        let beside = Beside { route, captures, query, rules: self.query };
        if !method.shape.client_streams() {
            let message = self.reader.message(method.input, &beside, headers, body).await?;
            return Ok(Call::Unary(message));
        }
        let messages = upload::messages(self.reader, method.input, &beside, headers, body)?;
        Ok(Call::Stream(idle.watch(messages)))
    }
}

/// What a request says beside its message, which takes its headers.
fn context_of(parts: &mut Parts) -> Context {
    let headers = std::mem::take(&mut parts.headers);
    let context = Context::from_headers(Transport::Rest, Metadata::from(headers));
    let query = parts.uri.query();
    sse::resuming(context, query).with_query(query)
}

/// The response to `OPTIONS`.
fn methods_of(methods: &BTreeSet<&'static str>) -> Response<Body> {
    let mut response = Response::new(Body::full(""));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(header::ALLOW, allow(methods));
    response
}
