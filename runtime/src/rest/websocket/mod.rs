//! Rpcs that stream, over a WebSocket on the path of their route. It is how a
//! page converses with an rpc: over HTTP a browser sends a request to its end
//! before it shows anything of the reply.
//!
//! Every text is one JSON document, as a line of NDJSON would be. An empty text
//! ends the requests. A connection that is closed with 1000 has said all; after
//! a failure the last text is `{"error": …}`, and the code is 4000 and the HTTP
//! status ([`closing`]).

mod closing;
mod conversation;
mod requests;

use http::header::{
    CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use self::conversation::Conversation;
use super::endpoint::{Endpoint, Matched};
use super::failure::Failure;
use super::overlay::{self, Beside};
use super::path::Found;
use super::upload::Decoder;
use crate::codec::HttpBody;
use crate::context::{Metadata, Transport, reply_ids};
use crate::server::{Body, Received, Takeover, asks_for_websocket};
use crate::service::{self, Idle, Shape};
use crate::status::Reason;
use crate::{Context, sse};

/// The version of RFC 6455, the only one.
const VERSION: &str = "13";

/// The methods under which the route of a path is looked for first: a page that
/// opens a WebSocket cannot say one.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

impl Endpoint {
    /// The answer to a request for a WebSocket on the path of an rpc that
    /// streams; `None` for every other request, which HTTP answers.
    pub(super) fn converse(&self, request: &mut Request<Received>) -> Option<Response<Body>> {
        if !asks_for_websocket(request) {
            return None;
        }
        let matched = self.streaming(request.uri().path())?;
        let own = matched.target.rpc.service().error_shape;
        let shape = self.shapes.choose(request.headers(), Some(own));
        let accepted = accept(request.headers())
            .and_then(|accepted| Ok((accepted, self.conversation(&matched, request)?)));
        Some(match accepted {
            Ok((accepted, conversation)) => {
                let upgrade = hyper::upgrade::on(request);
                switched(accepted, Takeover::new(conversation.run(upgrade)))
            }
            Err(failure) => {
                let mut headers = reply_ids(request.headers());
                let version = HeaderValue::from_static(VERSION);
                headers.insert(SEC_WEBSOCKET_VERSION, version);
                failure.response(headers, shape)
            }
        })
    }

    /// The route of an rpc that streams on this path.
    fn streaming(&self, path: &str) -> Option<Matched<'_>> {
        let under = |method: &str| match self.router.find(method, path) {
            Ok(Found::Route { route, target, captures }) => {
                let streams = target.rpc.method().shape != Shape::Unary;
                (streams && !target.event_source).then_some(Matched { route, target, captures })
            }
            _ => None,
        };
        METHODS.into_iter().find_map(under).or_else(|| {
            // A method of the contract's own.
            self.router.methods().into_iter().find_map(under)
        })
    }

    fn conversation(
        &self,
        matched: &Matched<'_>,
        request: &mut Request<Received>,
    ) -> Result<Conversation, Failure> {
        let Matched { route, target, captures } = matched;
        let uri = request.uri().clone();
        let (input, output) = (target.rpc.method().input, target.rpc.method().output);
        let beside = Beside { route, captures, query: uri.query(), rules: self.query };
        overlay::fragment(&beside, input, None)?;
        let shape = self.shapes.choose(request.headers(), Some(target.rpc.service().error_shape));
        let headers = std::mem::take(request.headers_mut());
        let context = Context::from_headers(Transport::Rest, Metadata::from(headers));
        Ok(Conversation {
            dispatcher: self.dispatcher.clone(),
            rpc: target.rpc.clone(),
            context: sse::resuming(context, uri.query()).with_query(uri.query()),
            decoder: Decoder::new(self.reader, input, &beside),
            settings: sse::Settings::new(target.stream, output, route.response_body, shape),
            raw: HttpBody::is_part(output, route.response_body),
            part: route.response_body,
            takes_body: !matches!(route.body, service::Body::None),
            idle: Idle::new(self.stream_idle),
            limit: self.reader.limit,
            patience: self.reader.pace.silence(),
        })
    }
}

/// The proof that the server speaks the protocol.
///
/// # Errors
/// The client speaks another version of it, or sends no key.
fn accept(headers: &HeaderMap) -> Result<HeaderValue, Failure> {
    let version = headers.get(SEC_WEBSOCKET_VERSION);
    if version.is_none_or(|version| version != VERSION) {
        return Err(Failure::upgrade_required());
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    let accepted = key.and_then(|key| HeaderValue::try_from(key).ok());
    Ok(accepted.ok_or_else(|| {
        Reason::MalformedRequest.status("the header Sec-WebSocket-Key is missing")
    })?)
}

/// The response that hands the connection over.
fn switched(accepted: HeaderValue, takeover: Takeover) -> Response<Body> {
    let mut response = Response::new(Body::full(""));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let fixed: [(HeaderName, HeaderValue); 3] = [
        (CONNECTION, HeaderValue::from_static("upgrade")),
        (UPGRADE, HeaderValue::from_static("websocket")),
        (SEC_WEBSOCKET_ACCEPT, accepted),
    ];
    response.headers_mut().extend(fixed);
    response.extensions_mut().insert(takeover);
    response
}
