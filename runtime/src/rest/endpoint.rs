//! From an HTTP request to a call and back.

use std::collections::HashMap;

use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;

use super::error::error_response;
use crate::codec::json;
use crate::context::{Metadata, Transport};
use crate::server::Body;
use crate::service::{Call, Dispatcher, Reply, Rpc};
use crate::{Context, Status};

/// How REST is served.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {}

/// Answers REST requests.
pub(crate) struct Endpoint {
    routes: HashMap<&'static str, Rpc>,
    dispatcher: Dispatcher,
    message_bytes: usize,
}

impl Endpoint {
    /// The routes of the services.
    ///
    /// # Errors
    /// Two services claim one route.
    pub(crate) fn new(
        dispatcher: &Dispatcher,
        _options: &Options,
        message_bytes: usize,
    ) -> Result<Self, Status> {
        let mut routes = HashMap::new();
        for rpc in dispatcher.rpcs() {
            for route in rpc.service().http.iter().filter(|route| route.method == rpc.index()) {
                routes.insert(route.template, rpc.clone());
            }
        }
        Ok(Self { routes, dispatcher: dispatcher.clone(), message_bytes })
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let Some(rpc) = self.routes.get(parts.uri.path()) else {
            return error_response(&Status::not_found("no such route"), HeaderMap::new());
        };
        let context = Context::from_headers(Transport::Rest, Metadata::from(parts.headers));
        let headers = context.reply_headers();
        match self.call(rpc, context, body).await {
            Ok(bytes) => {
                let mut response = Response::new(Body::full(bytes));
                *response.headers_mut() = headers.take();
                let json = HeaderValue::from_static("application/json");
                response.headers_mut().insert(header::CONTENT_TYPE, json);
                response
            }
            Err(status) => error_response(&status, headers.take()),
        }
    }

    async fn call(&self, rpc: &Rpc, context: Context, body: Incoming) -> Result<Vec<u8>, Status> {
        let body = Limited::new(body, self.message_bytes).collect().await;
        let body = body.map_err(|error| Status::invalid_argument(error.to_string()))?.to_bytes();
        let message = (rpc.method().input.from_json)(&body, &json::Options::default())?;
        let reply = self.dispatcher.call(rpc.clone(), context, Call::Unary(message)).await?;
        let mut out = Vec::new();
        match reply {
            Reply::Unary(message) => message.write_json(&mut out)?,
            Reply::Stream(_) => return Err(Status::unimplemented("streams over REST")),
        }
        Ok(out)
    }
}
