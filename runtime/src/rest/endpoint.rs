//! From an HTTP request to a call and back.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

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
pub(super) struct Matched<'e> {
    pub(super) route: &'static HttpRoute,
    pub(super) target: &'e Target,
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
    pub(crate) async fn answer(&self, mut request: Request<Incoming>) -> Response<Body> {
        #[cfg(feature = "websocket")]
        if let Some(response) = self.converse(&mut request) {
            return response;
        }
        let (mut parts, body) = request.into_parts();
        let matched = match self.find(&parts) {
            Ok(Ok(matched)) => matched,
            Ok(Err(response)) => return response,
            Err(failure) => {
                let shape = self.shapes.choose(&parts.headers, None);
                return failure.response(HeaderMap::new(), shape);
            }
        };
        let service = matched.target.rpc.service();
        let shape = self.shapes.choose(&parts.headers, Some(service.error_shape));
        let headers = std::mem::take(&mut parts.headers);
        let context = sse::resuming(
            Context::from_headers(Transport::Rest, Metadata::from(headers)),
            parts.uri.query(),
        );
        let context = context.with_query(parts.uri.query());
        let reply_headers = context.reply_headers();
        let answer = self.call(matched, context, &parts, body, &reply_headers, shape).await;
        answer.unwrap_or_else(|failure| failure.response(reply_headers.take(), shape))
    }

    /// Answers a request that a limit of the server stops.
    pub(crate) fn refuse(&self, headers: &HeaderMap, refusal: Refusal) -> Response<Body> {
        let shape = self.shapes.choose(headers, None);
        Failure::refused(refusal).response(HeaderMap::new(), shape)
    }

    /// The route of a request, or the response that needs none.
    fn find(&self, parts: &Parts) -> Result<Result<Matched<'_>, Response<Body>>, Failure> {
        let path = parts.uri.path();
        match self.router.find(parts.method.as_str(), path)? {
            Found::Route { route, target, captures } => {
                if target.event_source && !sse::asked_for(&parts.headers) {
                    return Err(Failure::other_methods(&["POST"].into()));
                }
                Ok(Ok(Matched { route, target, captures }))
            }
            Found::OtherMethods(methods) if parts.method == Method::OPTIONS => {
                Ok(Err(methods_of(&methods)))
            }
            Found::OtherMethods(methods) => Err(Failure::other_methods(&methods)),
            Found::Nothing => self.beside_the_routes(parts),
        }
    }

    /// The answer where no route has the path: a document, or nothing.
    fn beside_the_routes(
        &self,
        parts: &Parts,
    ) -> Result<Result<Matched<'_>, Response<Body>>, Failure> {
        let path = parts.uri.path();
        let document = self.documents.answer(parts);
        let document = document.ok_or_else(|| Failure::no_route(&parts.method, path))?;
        match parts.method {
            Method::GET | Method::HEAD => Ok(Err(document)),
            Method::OPTIONS => Ok(Err(methods_of(&["GET"].into()))),
            _ => Err(Failure::other_methods(&["GET"].into())),
        }
    }

    async fn call(
        &self,
        matched: Matched<'_>,
        context: Context,
        parts: &Parts,
        body: Incoming,
        reply_headers: &ReplyHeaders,
        shape: ErrorShape,
    ) -> Result<Response<Body>, Failure> {
        let session = self.session(&matched, &context, &parts.method, shape)?;
        if session.as_ref().is_some_and(Session::is_over) {
            return Ok(sse::finished(reply_headers.take()));
        }
        let streams = matched.target.rpc.method().shape != Shape::Unary;
        let idle = Idle::new(self.stream_idle.filter(|_| streams));
        let call = self.request(&context, &matched, parts, body, &idle);
        let call = within(context.deadline(), call).await??;
        let Matched { route, target, .. } = matched;
        let intercept = session.as_ref().and_then(Session::intercept);
        let reply = self.dispatcher.call_with(target.rpc.clone(), context, call, intercept).await?;
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
            (Reply::Stream(stream), None) if target.rpc.method().shape.server_streams() => {
                Ok(reply::raw_stream(idle.watch(stream), route.response_body, reply_headers.take())
                    .await?)
            }
            (Reply::Stream(_), None) => {
                Err(Status::internal("a stream came back for one reply").into())
            }
        }
    }

    /// What stands behind a response that is a stream of messages; `None` for
    /// one reply and for raw bodies.
    fn session(
        &self,
        matched: &Matched<'_>,
        context: &Context,
        method: &Method,
        shape: ErrorShape,
    ) -> Result<Option<Session>, Failure> {
        let (rpc, part) = (matched.target.rpc.method(), matched.route.response_body);
        if HttpBody::is_part(rpc.output, part) || !rpc.shape.server_streams() {
            return Ok(None);
        }
        let settings = sse::Settings::new(matched.target.stream, part, shape);
        let sent = sse::form(context.metadata().as_headers(), settings.default_form);
        let sent = sent.ok_or_else(Failure::not_acceptable)?;
        Ok(Some(self.streams.open(sent, settings, context, method != Method::HEAD)))
    }

    async fn request(
        &self,
        context: &Context,
        matched: &Matched<'_>,
        parts: &Parts,
        body: Incoming,
        idle: &Idle,
    ) -> Result<Call, Failure> {
        let Matched { route, target, captures } = matched;
        let method = target.rpc.method();
        let headers = context.metadata().as_headers();
        let beside = Beside { route, captures, query: parts.uri.query(), rules: self.query };
        if !method.shape.client_streams() {
            let message = self.reader.message(method.input, &beside, headers, body).await?;
            return Ok(Call::Unary(message));
        }
        let messages = upload::messages(self.reader, method.input, &beside, headers, body)?;
        Ok(Call::Stream(idle.watch(messages)))
    }
}

/// The response to `OPTIONS`.
fn methods_of(methods: &BTreeSet<&'static str>) -> Response<Body> {
    let mut response = Response::new(Body::full(""));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(header::ALLOW, allow(methods));
    response
}
