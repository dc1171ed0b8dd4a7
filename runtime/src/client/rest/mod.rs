//! Calls over HTTP with JSON: the inverse of the REST server, driven by the
//! same route tables.

mod events;
mod items;
mod path;
mod query;
mod reply;
mod request;
mod upload;

use futures_core::future::BoxFuture;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Client, redirect};

use self::request::Target;
use super::{MAX_REPLY, Transport, headers};
use crate::codec::{WireError, json};
use crate::context::names;
use crate::service::{Call, Method, Reply, ServiceInfo};
use crate::{Context, Status};

const JSON: &str = "application/json";
const NDJSON: &str = "application/x-ndjson";
const SEQUENCE: &str = "application/json-seq";
const EVENT_STREAM: &str = "text/event-stream";

const REQUEST_TIMEOUT: HeaderName = HeaderName::from_static(names::REQUEST_TIMEOUT);

/// HTTP with JSON.
pub(super) struct Rest {
    client: Client,
    base: String,
    json: json::Options,
}

impl Rest {
    /// Routes are appended to `base`, such as `http://127.0.0.1:8080/api`.
    pub(super) fn new(base: &str, json: json::Options) -> Result<Self, Status> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| Status::internal("no HTTP client").with_source(error))?;
        let url = reqwest::Url::parse(base).ok().filter(|url| url.scheme() == "http");
        match url {
            Some(_) => Ok(Self { client, base: base.trim_end_matches('/').to_owned(), json }),
            None => Err(Status::invalid_argument(format!("`{base}` is no http:// URL"))),
        }
    }

    async fn send(
        &self,
        info: &'static ServiceInfo,
        method: &'static Method,
        context: &Context,
        target: Target,
    ) -> Result<Reply, Status> {
        let mut headers = headers(context);
        if let Some(left) = context.time_left() {
            let seconds = format!("{:.6}", left.as_secs_f64());
            headers.extend(HeaderValue::try_from(seconds).map(|value| (REQUEST_TIMEOUT, value)));
        }
        reply::accept(method, target.response_body, &mut headers);
        let mut request = self.client.request(target.verb, format!("{}{}", self.base, target.path));
        if let Some((kind, body)) = target.body {
            headers.insert(CONTENT_TYPE, kind);
            request = request.body(body);
        }
        let response = request.headers(headers).send().await.map_err(unreachable)?;
        tracing::trace!(service = info.name, rpc = method.name, status = %response.status());
        reply::read(method, target.response_body, self.json, response).await
    }
}

impl Transport for Rest {
    fn call<'a>(
        &'a self,
        info: &'static ServiceInfo,
        method: usize,
        context: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        Box::pin(async move {
            let Some(rpc) = info.methods.get(method) else {
                return Err(Status::unimplemented(format!("{} has no such rpc", info.name)));
            };
            let routes = info.http.iter().filter(|route| route.method == method);
            let target = match call {
                Call::Unary(message) => request::unary(rpc, routes, &*message)?,
                Call::Stream(messages) => upload::streamed(rpc, routes, messages).await?,
            };
            self.send(info, rpc, context, target).await
        })
    }
}

fn unreachable(error: reqwest::Error) -> Status {
    let mut cause = &error as &dyn std::error::Error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    Status::unavailable(format!("the server cannot be reached: {cause}")).with_source(error)
}

fn unsendable(error: &WireError) -> Status {
    Status::invalid_argument(format!("the request has no JSON form: {error}"))
}
