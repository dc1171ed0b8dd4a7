//! One port: a request goes to gRPC by its content type, to REST otherwise.

use http::{Request, Response};
use hyper::body::Incoming;

use super::{Body, Options};
use crate::Status;
use crate::service::Dispatcher;

/// What answers the requests of a server's socket.
pub(super) struct Endpoint {
    #[cfg(feature = "grpc")]
    grpc: Option<crate::grpc::Endpoint>,
    #[cfg(feature = "rest")]
    rest: Option<crate::rest::Endpoint>,
}

impl Endpoint {
    /// The transports that `options` ask for.
    ///
    /// # Errors
    /// Two services claim one route, or a contract's descriptors are broken.
    #[cfg_attr(
        not(any(feature = "grpc", feature = "rest")),
        expect(unused_variables, reason = "without a transport nothing is read")
    )]
    pub(super) fn new(dispatcher: &Dispatcher, options: &Options) -> Result<Self, Status> {
        #[cfg(feature = "grpc")]
        let grpc = options
            .grpc
            .as_ref()
            .map(|own| crate::grpc::Endpoint::new(dispatcher, own, options.limits.message_bytes));
        #[cfg(feature = "rest")]
        let rest = options
            .rest
            .as_ref()
            .map(|own| crate::rest::Endpoint::new(dispatcher, own, options.limits.message_bytes));
        Ok(Self {
            #[cfg(feature = "grpc")]
            grpc: grpc.transpose()?,
            #[cfg(feature = "rest")]
            rest: rest.transpose()?,
        })
    }

    #[cfg_attr(
        not(any(feature = "grpc", feature = "rest")),
        expect(unused_variables, reason = "without a transport nothing is read")
    )]
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        #[cfg(feature = "grpc")]
        if let Some(grpc) = self.grpc.as_ref().filter(|_| is_grpc(request.headers())) {
            return grpc.answer(request).await;
        }
        #[cfg(feature = "rest")]
        if let Some(rest) = &self.rest {
            return rest.answer(request).await;
        }
        let mut response = Response::new(Body::full("this server offers no such transport\n"));
        *response.status_mut() = http::StatusCode::NOT_FOUND;
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

#[cfg(feature = "grpc")]
fn is_grpc(headers: &http::HeaderMap) -> bool {
    headers
        .get(http::header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}
