//! Whose web pages may call without being asked. A browser asks nobody before it
//! opens a WebSocket or sends what a form could send, and sends the cookies of
//! the server along: the server itself has to look where the page comes from.

use http::header::{CONNECTION, HOST, ORIGIN, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Version};

use super::cors::Policy;
use super::hosts::Hosts;
use crate::Status;
use crate::status::Reason;

/// Where a browser says that a page of another site is behind a request.
static FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Where it says that its user has followed a link, which is no page's doing.
static FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Whether a request asks for a WebSocket instead of a response.
pub(crate) fn asks_for_websocket<B>(request: &Request<B>) -> bool {
    cfg!(feature = "websocket")
        && request.method() == Method::GET
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
/// A page of another origin asks for a WebSocket, or for anything of a server
/// that only the own machine can reach, and no setting lets it.
pub(super) fn check<B>(
    request: &Request<B>,
    cors: Option<&Policy>,
    hosts: &Hosts,
) -> Result<(), Status> {
    let (socket, local) = (asks_for_websocket(request), *hosts == Hosts::Loopback);
    if !socket && !local {
        return Ok(());
    }
    let headers = request.headers();
    // Nearly no request has them: one pass costs less than to look for each.
    if !headers.keys().any(|name| *name == ORIGIN || *name == FETCH_SITE) {
        return Ok(());
    }
    let Some(origin) = headers.get(ORIGIN) else {
        let embedded = local && cors.is_none() && is_embedded(headers);
        return if embedded { Err(refused("another site")) } else { Ok(()) };
    };
    let own = is_own(origin, headers.get(HOST)) || !socket && is_local(origin, hosts);
    if own || cors.is_some_and(|policy| policy.allows(origin)) {
        return Ok(());
    }
    Err(refused(origin.to_str().unwrap_or("?")))
}

fn refused(page: &str) -> Status {
    tracing::debug!(page, "a page of another origin is refused; Server::cors allows it");
    let text = format!("pages of {page} may not call this server");
    Reason::OriginRefused.status(text)
}

/// Whether a page of another site embeds what is asked for, as an image say.
fn is_embedded(headers: &HeaderMap) -> bool {
    headers.get(&FETCH_SITE).is_some_and(|site| site == "cross-site")
        && headers.get(&FETCH_MODE).is_none_or(|mode| mode != "navigate")
}

/// Whether a page comes from the server that it calls. Browsers leave out the
/// scheme's own port in both headers.
fn is_own(origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
    let host = host.and_then(|host| host.to_str().ok());
    matches!((authority(origin), host), (Some(page), Some(host)) if page.eq_ignore_ascii_case(host))
}

/// Whether a page comes from the own machine: from another of its ports, say.
fn is_local(origin: &HeaderValue, hosts: &Hosts) -> bool {
    let page = authority(origin).and_then(|page| page.parse::<http::uri::Authority>().ok());
    page.is_some_and(|page| hosts.allows(page.host()))
}

fn authority(origin: &HeaderValue) -> Option<&str> {
    origin.to_str().ok()?.split_once("://").map(|(_, authority)| authority)
}
