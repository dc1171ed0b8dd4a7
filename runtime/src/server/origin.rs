//! Whose pages may open a WebSocket. A browser asks nobody before it does, and
//! sends the cookies of the server along: the server itself has to look where
//! the page comes from.

use http::header::{CONNECTION, HOST, ORIGIN, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Version};

use super::cors::Policy;
use super::gate::Refusal;
use crate::Status;

/// Whether a request asks for a WebSocket instead of a response.
pub(crate) fn asks_for_websocket<B>(request: &Request<B>) -> bool {
    request.method() == Method::GET
        && request.version() == Version::HTTP_11
        && names(request.headers(), &UPGRADE, "websocket")
        && names(request.headers(), &CONNECTION, "upgrade")
}

/// Whether a list in a header has this member.
fn names(headers: &HeaderMap, header: &HeaderName, wanted: &str) -> bool {
    let values = headers.get_all(header).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|own| own.trim().eq_ignore_ascii_case(wanted))
}

/// # Errors
/// A page of another origin asks for a WebSocket, and no setting lets it.
pub(super) fn check<B>(request: &Request<B>, cors: Option<&Policy>) -> Result<(), Refusal> {
    if !asks_for_websocket(request) {
        return Ok(());
    }
    let Some(origin) = request.headers().get(ORIGIN) else { return Ok(()) };
    let own = is_own(origin, request.headers().get(HOST));
    if own || cors.is_some_and(|policy| policy.allows(origin)) {
        return Ok(());
    }
    let page = origin.to_str().unwrap_or("?");
    let text = format!("pages of {page} may not open a WebSocket here (Server::cors)");
    Err(Refusal { status: Status::permission_denied(text), http: StatusCode::FORBIDDEN })
}

/// Whether a page comes from the server that it calls. Browsers leave out the
/// scheme's own port in both headers.
fn is_own(origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    let host = host.and_then(|host| host.to_str().ok());
    matches!((origin, host), (Some((_, page)), Some(host)) if page.eq_ignore_ascii_case(host))
}
