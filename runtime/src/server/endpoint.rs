//! One port: whose a request is shows in its content type, and, where REST and
//! Connect have the same path, in what it says of its protocol.

use http::header::ORIGIN;
use http::{Request, Response};
use hyper::body::Incoming;

use super::cors::Policy;
use super::gate::Refusal;
use super::{Body, Options};
use crate::Status;
use crate::service::Dispatcher;

/// What answers the requests of a server's socket.
pub(super) struct Endpoint {
    cors: Option<Policy>,
    #[cfg(feature = "grpc")]
    grpc: Option<crate::grpc::Endpoint>,
    #[cfg(feature = "connect")]
    connect: Option<crate::connect::Endpoint>,
    #[cfg(feature = "rest")]
    rest: Option<crate::rest::Endpoint>,
}

impl Endpoint {
    /// The transports that `options` ask for.
    ///
    /// # Errors
    /// Two services claim one route, a contract's descriptors are broken, or
    /// the settings of CORS are.
    #[cfg_attr(
        not(any(feature = "connect", feature = "grpc", feature = "rest")),
        expect(unused_variables, reason = "without a transport nothing is read")
    )]
    pub(super) fn new(dispatcher: &Dispatcher, options: &Options) -> Result<Self, Status> {
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
        #[cfg(feature = "websocket")]
        if let Err(refusal) = super::origin::check(&request, self.cors.as_ref()) {
            return self.refuse(&request, refusal);
        }
        let Some(cors) = &self.cors else { return self.route(request).await };
        if let Some(response) = cors.preflight(&request) {
            return response;
        }
        let origin = request.headers().get(ORIGIN).cloned();
        let mut response = self.route(request).await;
        cors.mark(origin.as_ref(), response.headers_mut());
        response
    }

    #[cfg_attr(
        not(any(feature = "connect", feature = "grpc", feature = "rest")),
        expect(unused_variables, reason = "without a transport nothing is read")
    )]
    async fn route(&self, request: Request<Incoming>) -> Response<Body> {
        #[cfg(feature = "grpc")]
        if let Some(grpc) = &self.grpc
            && crate::grpc::Endpoint::claims(request.headers())
        {
            return grpc.answer(request).await;
        }
        #[cfg(feature = "connect")]
        if let Some(connect) = self.connect.as_ref().filter(|own| own.claims(&request)) {
            return connect.answer(request).await;
        }
        #[cfg(feature = "rest")]
        if let Some(rest) = &self.rest {
            return rest.answer(request).await;
        }
        #[cfg(feature = "connect")]
        if let Some(connect) = &self.connect {
            return connect.answer(request).await;
        }
        let mut response = Response::new(Body::full("this server offers no such transport\n"));
        *response.status_mut() = http::StatusCode::NOT_FOUND;
        response
    }

    /// Answers a request that a limit stops before any transport.
    pub(super) fn refuse<B>(&self, request: &Request<B>, refusal: Refusal) -> Response<Body> {
        let mut response = self.refusal(request, refusal);
        if let Some(cors) = &self.cors {
            cors.mark(request.headers().get(ORIGIN), response.headers_mut());
        }
        response
    }

    #[cfg_attr(
        not(any(feature = "connect", feature = "grpc", feature = "rest")),
        expect(unused_variables, reason = "without a transport nothing is read")
    )]
    fn refusal<B>(&self, request: &Request<B>, refusal: Refusal) -> Response<Body> {
        #[cfg(feature = "grpc")]
        if let Some(grpc) = &self.grpc
            && crate::grpc::Endpoint::claims(request.headers())
        {
            return grpc.refuse(request.headers(), &refusal);
        }
        #[cfg(feature = "connect")]
        if self.connect.as_ref().is_some_and(|own| own.claims(request)) {
            return crate::connect::Endpoint::refuse(&refusal);
        }
        #[cfg(feature = "rest")]
        if let Some(rest) = &self.rest {
            return rest.refuse(request.headers(), refusal);
        }
        let mut response = Response::new(Body::full(format!("{}\n", refusal.status.message())));
        *response.status_mut() = refusal.http;
        response
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
