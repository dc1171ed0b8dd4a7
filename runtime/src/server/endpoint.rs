//! One port: whose a request is shows in its content type, and, where REST and
//! Connect have the same path, in what it says of its protocol.

use std::future::ready;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;

use futures_core::future::BoxFuture;
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
use http::Method;
use http::header::ORIGIN;
use http::{HeaderMap, Request, Response};

use super::cors::Policy;
use super::hosts::Hosts;
use super::received::Received;
use super::{Body, Options, origin};
#[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
use super::{Methods, allow};
use crate::Status;
#[cfg(feature = "connect")]
use crate::connect::Claim;
use crate::context::reply_ids;
use crate::service::Dispatcher;

/// What answers the requests of a server's socket.
pub(super) struct Endpoint {
    hosts: Hosts,
    cors: Option<Arc<Policy>>,
    #[cfg(feature = "grpc")]
    grpc: Option<Arc<crate::grpc::Endpoint>>,
    #[cfg(feature = "connect")]
    connect: Option<Arc<crate::connect::Endpoint>>,
    #[cfg(feature = "rest")]
    rest: Option<Arc<crate::rest::Endpoint>>,
}

/// A response to come. In a box at once: on its way to where it runs it is moved
/// several times.
pub(super) type Answer = BoxFuture<'static, Response<Body>>;

impl Endpoint {
    /// The transports that `options` ask for, of a server with these names.
    ///
    /// # Errors
    /// Two services claim one route, a contract's descriptors are broken, or
    /// the settings of CORS are.
    #[cfg_attr(
        not(any(feature = "connect", feature = "grpc", feature = "rest")),
        expect(unused_variables, reason = "without a transport nothing is read")
    )]
    pub(super) fn new(
        dispatcher: &Dispatcher,
        options: &Options,
        hosts: Hosts,
    ) -> Result<Self, Status> {
        #[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
        let wire = options.wire();
        #[cfg(feature = "grpc")]
        let grpc = options.grpc.as_ref();
        #[cfg(feature = "rest")]
        let rest = options.rest.as_ref();
        #[cfg(all(feature = "connect", feature = "rest"))]
        let beside_rest = rest.is_some();
        #[cfg(all(feature = "connect", not(feature = "rest")))]
        let beside_rest = false;
        Ok(Self {
            hosts,
            cors: options.cors.as_ref().map(Policy::new).transpose()?.map(Arc::new),
            #[cfg(feature = "grpc")]
            grpc: grpc
                .map(|own| crate::grpc::Endpoint::new(dispatcher, own, wire))
                .transpose()?
                .map(Arc::new),
            #[cfg(feature = "connect")]
            connect: options
                .connect
                .then(|| crate::connect::Endpoint::new(dispatcher, beside_rest, wire))
                .map(Arc::new),
            #[cfg(feature = "rest")]
            rest: rest
                .map(|own| crate::rest::Endpoint::new(dispatcher, own, wire))
                .transpose()?
                .map(Arc::new),
        })
    }

    /// Answers a request of a client at this address.
    pub(super) fn answer(&self, request: Request<Received>, peer: IpAddr) -> Answer {
        let cors = self.cors.as_ref();
        if let Err(refusal) = origin::check(&request, cors.map(AsRef::as_ref), &self.hosts) {
            return Box::pin(ready(self.refuse(&request, &refusal)));
        }
        let Some(cors) = cors.map(Arc::clone) else {
            return self.chosen(request, peer);
        };
        if let Some(response) = cors.preflight(&request) {
            return Box::pin(ready(response));
        }
        let origin = request.headers().get(ORIGIN).cloned();
        let answer = self.chosen(request, peer);
        Box::pin(async move {
            let mut response = answer.await;
            cors.mark(origin.as_ref(), response.headers_mut());
            response
        })
    }

    /// The response of the transport that a request belongs to.
    #[cfg_attr(
        not(feature = "rest"),
        expect(unused_variables, reason = "REST alone keeps streams for their clients")
    )]
    fn chosen(&self, request: Request<Received>, peer: IpAddr) -> Answer {
        #[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
        if request.method() == Method::OPTIONS
            && let Some(methods) = self.methods(request.uri().path())
        {
            return Box::pin(ready(allow::told(request.headers(), methods)));
        }
        match self.choose(&request) {
            #[cfg(feature = "grpc")]
            Chosen::Grpc(own) => Arc::clone(own).answer(request),
            #[cfg(feature = "connect")]
            Chosen::Connect(own) => {
                let own = Arc::clone(own);
                Box::pin(async move { own.answer(request).await })
            }
            #[cfg(feature = "rest")]
            Chosen::Rest(own) => Arc::clone(own).answer(request, peer),
            Chosen::Nothing(_) => {
                let text = "this server offers no such transport";
                Box::pin(ready(told(request.headers(), http::StatusCode::NOT_FOUND, text)))
            }
        }
    }

    /// The methods of a path over all transports, or of the server where the path is
    /// `*`; `None` where it has none, or the contract says what `OPTIONS` does there.
    #[cfg(any(feature = "connect", feature = "grpc", feature = "rest"))]
    fn methods(&self, path: &str) -> Option<Methods> {
        let mut methods = Methods::new();
        #[cfg(feature = "rest")]
        if let Some(rest) = &self.rest {
            methods.extend(rest.methods(path)?);
        }
        #[cfg(feature = "connect")]
        if let Some(connect) = &self.connect {
            methods.extend(connect.methods(path));
        }
        #[cfg(feature = "grpc")]
        if let Some(grpc) = &self.grpc {
            methods.extend(grpc.method(path));
        }
        (!methods.is_empty()).then_some(methods)
    }

    /// Whose a request is.
    #[cfg_attr(
        not(any(feature = "connect", feature = "grpc")),
        expect(unused_variables, reason = "REST takes whatever comes")
    )]
    fn choose<B>(&self, request: &Request<B>) -> Chosen<'_> {
        #[cfg(feature = "grpc")]
        if let Some(grpc) = &self.grpc
            && crate::grpc::Endpoint::claims(request.headers())
        {
            return Chosen::Grpc(grpc);
        }
        #[cfg(feature = "connect")]
        if let Some(connect) = self.connect.as_ref().filter(|own| self.is_connects(own, request)) {
            return Chosen::Connect(connect);
        }
        #[cfg(feature = "rest")]
        if let Some(rest) = &self.rest {
            return Chosen::Rest(rest);
        }
        #[cfg(feature = "connect")]
        if let Some(connect) = &self.connect {
            return Chosen::Connect(connect);
        }
        Chosen::Nothing(PhantomData)
    }

    #[cfg(feature = "connect")]
    #[cfg_attr(not(feature = "rest"), expect(clippy::unused_self, reason = "there are no routes"))]
    fn is_connects<B>(&self, connect: &crate::connect::Endpoint, request: &Request<B>) -> bool {
        match connect.claim(request) {
            Claim::None => false,
            Claim::Whole => true,
            #[cfg(feature = "rest")]
            Claim::Path => self.rest.as_ref().is_none_or(|rest| !rest.routes(request.uri().path())),
            #[cfg(not(feature = "rest"))]
            Claim::Path => true,
        }
    }

    /// Answers a request that a limit stops before any transport.
    pub(super) fn refuse<B>(&self, request: &Request<B>, refusal: &Status) -> Response<Body> {
        let mut response = self.refusal(request, refusal);
        if let Some(cors) = &self.cors {
            cors.mark(request.headers().get(ORIGIN), response.headers_mut());
        }
        response
    }

    fn refusal<B>(&self, request: &Request<B>, refusal: &Status) -> Response<Body> {
        match self.choose(request) {
            #[cfg(feature = "grpc")]
            Chosen::Grpc(_) => crate::grpc::Endpoint::refuse(request.headers(), refusal),
            #[cfg(feature = "connect")]
            Chosen::Connect(_) => crate::connect::Endpoint::refuse(request.headers(), refusal),
            #[cfg(feature = "rest")]
            Chosen::Rest(own) => own.refuse(request.headers(), refusal.clone()),
            Chosen::Nothing(_) => told(request.headers(), refusal.http_status(), refusal.message()),
        }
    }

    /// Tells peers that this server takes calls.
    pub(super) async fn open(&self) {
        #[cfg(feature = "grpc")]
        if let Some(grpc) = &self.grpc {
            grpc.open().await;
        }
    }

    /// Tells peers that this server takes no new calls.
    pub(super) async fn retire(&self) {
        #[cfg(feature = "grpc")]
        if let Some(grpc) = &self.grpc {
            grpc.retire().await;
        }
    }
}

/// The transport of a request.
enum Chosen<'e> {
    #[cfg(feature = "grpc")]
    Grpc(&'e Arc<crate::grpc::Endpoint>),
    #[cfg(feature = "connect")]
    Connect(&'e Arc<crate::connect::Endpoint>),
    #[cfg(feature = "rest")]
    Rest(&'e Arc<crate::rest::Endpoint>),
    /// With the lifetime of the others.
    Nothing(PhantomData<&'e ()>),
}

/// What a client is told in plain text, whose request speaks no protocol in which it
/// could be said.
pub(crate) fn told(headers: &HeaderMap, status: http::StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::full(format!("{text}\n")));
    *response.status_mut() = status;
    *response.headers_mut() = reply_ids(headers);
    response
}
