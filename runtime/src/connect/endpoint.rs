//! Which rpc a request is for, and whether Connect is to answer it.

use std::collections::HashMap;

use http::{HeaderMap, Request, Response, Version};

use super::query::is_unsupported;
use super::request::{Head, Kind};
use super::unary::Source;
use super::{refusal, streaming, unary};
use crate::Status;
use crate::server::{Body, Methods, Received, Wire};
use crate::service::{Dispatcher, Idempotency, Rpc, Shape};

/// Answers requests of the Connect protocol.
pub(crate) struct Endpoint {
    rpcs: HashMap<String, Mounted>,
    dispatcher: Dispatcher,
    wire: Wire,
}

/// An rpc behind its path.
struct Mounted {
    rpc: Rpc,
    /// Whether a route of REST has the same path.
    shared: bool,
}

/// Whether a request is one of Connect's.
pub(crate) enum Claim {
    /// It is not.
    None,
    /// Its path is, but not its method or content type: unless a route takes the path.
    Path,
    /// It is.
    Whole,
}

impl Endpoint {
    /// Every rpc of every service; with `rest`, beside their routes.
    pub(crate) fn new(dispatcher: &Dispatcher, rest: bool, wire: Wire) -> Self {
        let rpcs = dispatcher.rpcs().map(|rpc| {
            let path = format!("/{}/{}", rpc.service().name, rpc.method().name);
            let mut routes = rpc.service().http.iter();
            let shared = rest && routes.any(|route| route.template == path);
            (path, Mounted { rpc, shared })
        });
        Self { rpcs: rpcs.collect(), dispatcher: dispatcher.clone(), wire }
    }

    /// Whether a request is Connect's rather than REST's. On a path that both
    /// have, JSON is Connect's where the header of the protocol says so.
    pub(crate) fn claim<B>(&self, request: &Request<B>) -> Claim {
        let Some(mounted) = self.rpcs.get(request.uri().path()) else { return Claim::None };
        let head = Head::from(request);
        let kind = Kind::of(&head);
        match mounted.shared {
            _ if kind.is_certain(&head) => Claim::Whole,
            true => Claim::None,
            false if kind.is_known() => Claim::Whole,
            false => Claim::Path,
        }
    }

    /// The methods of a path, of which `*` is every one; none where no rpc has it.
    pub(crate) fn methods(&self, path: &str) -> Methods {
        if path == "*" {
            return self.rpcs.values().flat_map(|own| methods(&own.rpc)).collect();
        }
        self.rpcs.get(path).map(|own| methods(&own.rpc)).unwrap_or_default()
    }

    /// Answers a request that a limit of the server stops.
    pub(crate) fn refuse(headers: &HeaderMap, status: &Status) -> Response<Body> {
        refusal::answer(headers, status)
    }

    /// Answers a request that is no other transport's.
    pub(crate) async fn answer(&self, request: Request<Received>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let Some(Mounted { rpc, .. }) = self.rpcs.get(head.uri.path()) else {
            return refusal::unknown(&head.headers, head.uri.path());
        };
        let (dispatcher, wire, shape) = (&self.dispatcher, &self.wire, rpc.method().shape);
        let readable = is_readable(rpc);
        match (Kind::of(&Head::from(&head)), shape) {
            (Kind::Unary(format), Shape::Unary) => {
                unary::answer(dispatcher, wire, rpc, head, Source::Body(body, format)).await
            }
            (Kind::Get, _) if readable && head.uri.query().is_some_and(is_unsupported) => {
                refusal::content_type(&head.headers, shape)
            }
            (Kind::Get, _) if readable => {
                unary::answer(dispatcher, wire, rpc, head, Source::Query).await
            }
            (Kind::Get | Kind::OtherMethod, _) => refusal::method(&head.headers, methods(rpc)),
            (Kind::Streaming(_), Shape::Bidi) if head.version < Version::HTTP_2 => {
                refusal::version(&head.headers)
            }
            (Kind::Streaming(format), stream) if stream != Shape::Unary => {
                streaming::answer(dispatcher, wire, rpc, head, body, format).await
            }
            _ => refusal::content_type(&head.headers, shape),
        }
    }
}

/// Whether an rpc takes `GET`: it answers once and has no side effects.
fn is_readable(rpc: &Rpc) -> bool {
    let method = rpc.method();
    method.shape == Shape::Unary && method.idempotency == Idempotency::NoSideEffects
}

/// The methods of an rpc.
fn methods(rpc: &Rpc) -> Methods {
    let get = is_readable(rpc).then_some("GET");
    get.into_iter().chain(["POST"]).collect()
}
