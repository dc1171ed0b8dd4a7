//! One port: whose a request is shows in its content type, and, where REST and
//! Connect have the same path, in what it says of its protocol.

use std::marker::PhantomData;

use http::header::ORIGIN;
use http::{Request, Response};
use hyper::body::Incoming;

use super::cors::Policy;
use super::gate::Refusal;
use super::hosts::Hosts;
use super::{Body, Options, origin};
use crate::Status;
use crate::service::Dispatcher;

/// What answers the requests of a server's socket.
pub(super) struct Endpoint {
    hosts: Hosts,
    cors: Option<Policy>,
    #[cfg(feature = "grpc")]
    grpc: Option<crate::grpc::Endpoint>,
    #[cfg(feature = "connect")]
    connect: Option<crate::connect::Endpoint>,
    #[cfg(feature = "rest")]
    rest: Option<crate::rest::Endpoint>,
}

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
            cors: options.cors.as_ref().map(Policy::new).transpose()?,
            #[cfg(feature = "grpc")]
            grpc: grpc.map(|own| crate::grpc::Endpoint::new(dispatcher, own, wire)).transpose()?,
            #[cfg(feature = "connect")]
            connect: options
                .connect
                .then(|| crate::connect::Endpoint::new(dispatcher, beside_rest, wire)),
            #[cfg(feature = "rest")]
            rest: rest.map(|own| crate::rest::Endpoint::new(dispatcher, own, wire)).transpose()?,
        })
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        if let Err(refusal) = origin::check(&request, self.cors.as_ref(), &self.hosts) {
            return self.refuse(&request, refusal);
        }
        if let Some(response) = self.cors.as_ref().and_then(|cors| cors.preflight(&request)) {
            return response;
        }
        let origin = self.cors.as_ref().and_then(|_| request.headers().get(ORIGIN).cloned());
        // One `async fn` for all: each moves the request on its way in.
        let mut response = match self.choose(&request) {
            #[cfg(feature = "grpc")]
            Chosen::Grpc(own) => own.answer(request).await,
            #[cfg(feature = "connect")]
            // In a box of its own: it is by far the largest, and hyper's box holds
            // room for any of them.
            Chosen::Connect(own) => Box::pin(own.answer(request)).await,
            #[cfg(feature = "rest")]
            Chosen::Rest(own) => own.answer(request).await,
            Chosen::Nothing(_) => {
                told(http::StatusCode::NOT_FOUND, "this server offers no such transport")
            }
        };
        if let Some(cors) = &self.cors {
            cors.mark(origin.as_ref(), response.headers_mut());
        }
        response
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
        if let Some(connect) = self.connect.as_ref().filter(|own| own.claims(request)) {
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

    /// Answers a request that a limit stops before any transport.
    pub(super) fn refuse<B>(&self, request: &Request<B>, refusal: Refusal) -> Response<Body> {
        let mut response = self.refusal(request, refusal);
        if let Some(cors) = &self.cors {
            cors.mark(request.headers().get(ORIGIN), response.headers_mut());
        }
        response
    }

    fn refusal<B>(&self, request: &Request<B>, refusal: Refusal) -> Response<Body> {
        match self.choose(request) {
            #[cfg(feature = "grpc")]
            Chosen::Grpc(own) => own.refuse(request.headers(), &refusal),
            #[cfg(feature = "connect")]
            Chosen::Connect(_) => crate::connect::Endpoint::refuse(&refusal),
            #[cfg(feature = "rest")]
            Chosen::Rest(own) => own.refuse(request.headers(), refusal),
            Chosen::Nothing(_) => told(refusal.http, refusal.status.message()),
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
    Grpc(&'e crate::grpc::Endpoint),
    #[cfg(feature = "connect")]
    Connect(&'e crate::connect::Endpoint),
    #[cfg(feature = "rest")]
    Rest(&'e crate::rest::Endpoint),
    /// With the lifetime of the others.
    Nothing(PhantomData<&'e ()>),
}

/// What a client is told that speaks to no transport.
fn told(status: http::StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::full(format!("{text}\n")));
    *response.status_mut() = status;
    response
}
