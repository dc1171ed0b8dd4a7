//! From an HTTP request to a call and back.

use std::future::ready;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use futures_util::TryFutureExt as _;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response};

use super::documents::Documents;
use super::failure::Failure;
use super::overlay::Beside;
use super::path::{Capture, Found, PathRules, Router};
use super::query::QueryRules;
use super::reply;
use super::request::{Reader, expect_readable};
use super::shape::Shapes;
use super::table::{Target, routes};
use super::upload;
use crate::codec::HttpBody;
use crate::context::{Metadata, ReplyHeaders, Transport, reply_ids};
use crate::server::{Body, Methods, Received, Wire, collect};
use crate::service::{self, Call, Dispatcher, HttpRoute, Idle, Reply, Rpc, Shape, within};
use crate::sse::{self, ReplayStore, Session, Streams};
use crate::status::{ErrorShape, Reason};
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

/// What a request leads to.
enum Destination<'r> {
    /// A call of an rpc.
    Rpc(Matched<'r>),
    /// A response that takes no call.
    Response(Box<Response<Body>>),
}

/// A request whose route is known.
pub(super) struct Matched<'r> {
    pub(super) route: &'static HttpRoute,
    pub(super) target: &'r Target,
    pub(super) captures: Vec<Capture>,
}

/// A call that waits for its body.
struct Asked {
    rpc: Rpc,
    route: &'static HttpRoute,
    captures: Vec<Capture>,
    context: Context,
    reply_headers: ReplyHeaders,
    session: Option<Box<Session>>,
}

impl Asked {
    /// What the request says beside its body.
    fn beside(&self, rules: QueryRules) -> Beside<'_> {
        let Self { route, captures, context, .. } = self;
        Beside { route, captures, query: context.query(), rules }
    }

    fn headers(&self) -> &HeaderMap {
        self.context.metadata().as_headers()
    }
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
            reader: Reader {
                limit: wire.message_bytes,
                stream: wire.stream,
                pace: wire.pace,
                json: wire.json,
            },
            stream_idle: wire.stream_idle,
            query: options.query,
            streams: Streams::new(
                options.replay.clone(),
                wire.parks,
                dispatcher.shutdown().clone(),
            ),
            shapes: Shapes::new(options.error_shape, dispatcher),
            documents: Documents::new(dispatcher, options)?,
        })
    }

    /// Answers a request of a client at this address.
    #[cfg_attr(
        not(feature = "websocket"),
        expect(unused_mut, reason = "a WebSocket takes its connection out of it")
    )]
    pub(crate) fn answer(
        self: Arc<Self>,
        mut request: Request<Received>,
        peer: IpAddr,
    ) -> BoxFuture<'static, Response<Body>> {
        #[cfg(feature = "websocket")]
        if let Some(response) = self.converse(&mut request) {
            return Box::pin(ready(response));
        }
        let (mut parts, body) = request.into_parts();
        let matched = match self.find(&parts) {
            Ok(Destination::Rpc(matched)) => matched,
            Ok(Destination::Response(response)) => return Box::pin(ready(*response)),
            Err(failure) => {
                let shape = self.shapes.choose(&parts.headers, None);
                return Box::pin(ready(failure.response(reply_ids(&parts.headers), shape)));
            }
        };
        let service = matched.target.rpc.service();
        let shape = self.shapes.choose(&parts.headers, Some(service.error_shape));
        let context = context_of(&mut parts);
        let reply_headers = context.reply_headers();
        let session = match self.session(&matched, &context, &parts.method, shape, peer) {
            Ok(Some(session)) if session.is_over() => {
                return Box::pin(ready(sse::finished(reply_headers.take())));
            }
            Ok(session) => session,
            Err(failure) => {
                return Box::pin(ready(failure.response(reply_headers.take(), shape)));
            }
        };
        let Matched { route, target, captures } = matched;
        let (rpc, own) = (target.rpc.clone(), reply_headers.clone());
        let asked = Asked { rpc, route, captures, context, reply_headers: own, session };
        let failed = move |failure: Failure| failure.response(reply_headers.take(), shape);
        // An async block around the call would store all that it takes once more.
        Box::pin(self.call(asked, body).unwrap_or_else(failed))
    }

    /// The methods of a path, of which `*` is every one; none where it has no route.
    /// `None` where `OPTIONS` is a request like others: a route takes it, or the path
    /// is malformed.
    pub(crate) fn methods(&self, path: &str) -> Option<Methods> {
        if path == "*" {
            let all = self.router.methods().into_iter().filter(|method| *method != "*");
            // The documents are read.
            return Some(all.chain(["GET"]).collect());
        }
        match self.router.find("OPTIONS", path).ok()? {
            Found::Route { .. } => None,
            Found::OtherMethods(methods) => Some(methods),
            Found::Nothing => {
                let document = self.documents.answer(path, &HeaderMap::new());
                Some(document.map(|_| "GET").into_iter().collect())
            }
        }
    }

    /// Whether a route has a path, whatever its method, or the path is malformed.
    #[cfg(feature = "connect")]
    pub(crate) fn routes(&self, path: &str) -> bool {
        !matches!(self.router.find("OPTIONS", path), Ok(Found::Nothing))
    }

    /// Answers a request that a limit of the server stops.
    pub(crate) fn refuse(&self, headers: &HeaderMap, status: Status) -> Response<Body> {
        let shape = self.shapes.choose(headers, None);
        Failure::from(status).response(reply_ids(headers), shape)
    }

    /// Where a request leads.
    fn find(&self, parts: &Parts) -> Result<Destination<'_>, Failure> {
        let path = parts.uri.path();
        let response = match self.router.find(parts.method.as_str(), path)? {
            Found::Route { route, target, captures } => {
                if target.event_source && !sse::asked_for(&parts.headers) {
                    return Err(Failure::events_only());
                }
                return Ok(Destination::Rpc(Matched { route, target, captures }));
            }
            Found::OtherMethods(methods) => return Err(Failure::other_methods(methods)),
            Found::Nothing => self.beside_the_routes(parts)?,
        };
        Ok(Destination::Response(Box::new(response)))
    }

    /// The answer where no route has the path: a document, or nothing.
    fn beside_the_routes(&self, parts: &Parts) -> Result<Response<Body>, Failure> {
        let path = parts.uri.path();
        let document = self.documents.answer(path, &parts.headers);
        let document = document.ok_or_else(|| Failure::no_route(&parts.method, path))?;
        match parts.method {
            Method::GET | Method::HEAD => Ok(document),
            _ => Err(Failure::other_methods(["GET"].into())),
        }
    }

    #[expect(clippy::manual_async_fn, reason = "an async fn stores all that it takes twice")]
    fn call(
        self: Arc<Self>,
        asked: Asked,
        body: Received,
    ) -> impl Future<Output = Result<Response<Body>, Failure>> + Send {
        async move {
            let method = asked.rpc.method();
            let (shape, input) = (method.shape, method.input);
            let idle = Idle::new(self.stream_idle.filter(|_| shape != Shape::Unary));
            let call = if shape.client_streams() {
                let (beside, headers) = (asked.beside(self.query), asked.headers());
                let messages = upload::messages(self.reader, input, &beside, headers, body)?;
                Call::Stream(idle.watch_requests(messages))
            } else {
                let bytes = if matches!(asked.route.body, service::Body::None) {
                    // It has no meaning on such a route (RFC 9110, 9.3.1): ignored.
                    body.ignore().await;
                    Bytes::new()
                } else {
                    expect_readable(input, asked.route.body, asked.headers(), &body)?;
                    let Reader { limit, pace, .. } = self.reader;
                    let whole = pin!(collect(body, limit, pace));
                    within(asked.context.deadline(), whole).await??
                };
                let (beside, headers) = (asked.beside(self.query), asked.headers());
                Call::Unary(self.reader.message(input, &beside, headers, bytes)?)
            };
            let intercept = asked.session.as_ref().and_then(|session| session.intercept());
            let reply =
                self.dispatcher.call_with(asked.rpc, asked.context, call, intercept).await?;
            let headers = || asked.reply_headers.take();
            match (reply, asked.session) {
                (Reply::Unary(message), None) => reply::response(&*message, asked.route, headers()),
                (reply, Some(session)) => {
                    Ok(session.response(reply.into_erased_stream(), idle, headers()))
                }
                (Reply::Stream(stream), None) if shape.server_streams() => {
                    let part = asked.route.response_body;
                    Ok(reply::raw_stream(idle.watch(stream), part, headers()).await?)
                }
                (Reply::Stream(_), None) => {
                    Err(Reason::InvalidReply.status("a stream came back for one reply").into())
                }
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
        peer: IpAddr,
    ) -> Result<Option<Box<Session>>, Failure> {
        let (rpc, part) = (matched.target.rpc.method(), matched.route.response_body);
        if HttpBody::is_part(rpc.output, part) || !rpc.shape.server_streams() {
            return Ok(None);
        }
        let settings = sse::Settings::new(matched.target.stream, rpc.output, part, shape);
        let sent = sse::form(context.metadata().as_headers(), settings.default_form);
        let sent = sent.ok_or_else(Failure::not_acceptable)?;
        let kept = method != Method::HEAD;
        let session = self.streams.open(sent, settings, context, peer, kept);
        Ok(Some(Box::new(session)))
    }
}

/// What a request says beside its message, which takes its headers.
fn context_of(parts: &mut Parts) -> Context {
    let headers = std::mem::take(&mut parts.headers);
    let context = Context::from_headers(Transport::Rest, Metadata::from(headers));
    let query = parts.uri.query();
    sse::resuming(context, query).with_query(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size<F>(_: impl FnOnce(Arc<Endpoint>, Asked, Received) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_call_is_small_enough_for_the_quick_path_of_an_allocator() {
        // glibc's ends at 1,032 bytes, of which the way back to HTTP takes a few.
        assert!(size(Endpoint::call) < 1_000, "{} bytes", size(Endpoint::call));
    }
}
