//! A stream of requests as one HTTP body: a line of JSON for each message, or
//! the bytes of raw bodies one after the other.

use bytes::Bytes;
use futures_util::{StreamExt as _, future, stream};
use http::HeaderValue;
use reqwest::Body;

use super::request::{self, Target, json_of};
use super::{NDJSON, path};
use crate::Status;
use crate::codec::{Message, json};
use crate::service::{Body as Place, HttpRoute, Method, ReplyStream};

/// The request on a route whose path needs no message; else on the first one
/// whose path the first message fits.
pub(super) async fn streamed(
    method: &Method,
    routes: impl Iterator<Item = &'static HttpRoute>,
    mut messages: ReplyStream,
) -> Result<Target, Status> {
    let routes: Vec<_> = routes.collect();
    let lines = HeaderValue::from_static(NDJSON);
    if let Some(route) = routes.iter().find(|route| is_plain(method, route)) {
        return Target::new(route, path::fill(route, &[])?, Some((lines, body(route, messages))));
    }
    let Some(first) = messages.next().await.transpose()? else {
        let text = "the path of the route comes from the first message, and there is none";
        return Err(Status::invalid_argument(text));
    };
    let json = json_of(&*first)?;
    let mut refused = None;
    for route in routes {
        match request::place(method.input, route, &json) {
            Ok((path, _)) => {
                let kind = request::raw(&*first, route)?.map_or(lines, |(kind, _)| kind);
                let all = stream::iter([Ok(first)]).chain(messages);
                return Target::new(route, path, Some((kind, body(route, Box::pin(all)))));
            }
            Err(status) => refused = refused.or(Some(status)),
        }
    }
    Err(refused
        .unwrap_or_else(|| Status::unimplemented(format!("{} has no HTTP route", method.name))))
}

/// Whether a route takes whole messages as JSON, and nothing of them in its path.
fn is_plain(method: &Method, route: &HttpRoute) -> bool {
    let raw = crate::codec::HttpBody::is(method.input);
    route.variables.is_empty() && matches!(route.body, Place::All) && !raw
}

/// The first error ends the body, and with it the request.
fn body(route: &'static HttpRoute, messages: ReplyStream) -> Body {
    let pieces = messages.map(move |message| piece(route, &*message?));
    Body::wrap_stream(pieces.scan(false, |failed, piece| {
        let next = (!*failed).then_some(piece);
        *failed = next.as_ref().is_some_and(Result::is_err);
        future::ready(next)
    }))
}

/// What one message is sent as.
fn piece(route: &HttpRoute, message: &dyn Message) -> Result<Bytes, Status> {
    if let Some((_, data)) = request::raw(message, route)? {
        return Ok(data);
    }
    let mut line = match route.body {
        Place::Field(field) => json::field_json(message, field, &json::Options::DEFAULT)
            .map_err(|error| super::unsendable(&error))?,
        Place::All | Place::None => json_of(message)?.into(),
    };
    line.push(b'\n');
    Ok(line.into())
}
