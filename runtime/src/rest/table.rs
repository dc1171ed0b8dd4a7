//! The routes of all services, and what each leads to.

use super::path::{PathRules, Router};
use crate::Status;
use crate::service::{Body, Dispatcher, HttpRoute, Rpc, Shape, SseRoute};

/// What a route leads to.
pub(super) struct Target {
    pub(super) rpc: Rpc,
    /// How its stream is sent, where it answers with one and the contract
    /// says more than the defaults.
    pub(super) stream: Option<&'static SseRoute>,
    /// The route is there for browsers' `EventSource` alone.
    pub(super) event_source: bool,
}

/// The routes of the services of a dispatcher.
///
/// A browser's `EventSource` can only send `GET`. So a server stream whose
/// one binding is the default one answers `GET` on that path too, its fields
/// taken from the query, where the caller asks for `text/event-stream`; anyone
/// else is told to ask for that, so that no crawler or prefetch starts an rpc.
///
/// # Errors
/// Two services claim one route.
pub(super) fn routes(dispatcher: &Dispatcher, rules: PathRules) -> Result<Router<Target>, Status> {
    let mut router = Router::new(rules);
    for rpc in dispatcher.rpcs() {
        let info = rpc.service();
        let own = || info.http.iter().filter(|route| route.method == rpc.index());
        let stream = info.sse.iter().find(|stream| stream.method == rpc.index());
        for route in own() {
            let target = Target { rpc: rpc.clone(), stream, event_source: false };
            router.add(route, target).map_err(|other| conflict(&rpc, other, route))?;
        }
        let mut bindings = own();
        if let (Some(route), None) = (bindings.next(), bindings.next())
            && rpc.method().shape == Shape::ServerStream
            && is_default(&rpc, route)
        {
            let twin = HttpRoute { verb: "GET", body: Body::None, ..*route };
            // One small allocation per stream of a server's contracts, for good:
            // routes are static everywhere else.
            let twin = Box::leak(Box::new(twin));
            let target = Target { rpc: rpc.clone(), stream, event_source: true };
            router.add(twin, target).map_err(|other| conflict(&rpc, other, twin))?;
        }
    }
    Ok(router)
}

fn conflict(rpc: &Rpc, other: &Target, route: &HttpRoute) -> Status {
    let HttpRoute { verb, template, .. } = route;
    Status::failed_precondition(format!(
        "{:?} and {rpc:?} are both bound to {verb} {template}: \
         let one of them give way in its contract, or serve them apart",
        other.rpc
    ))
}

fn is_default(rpc: &Rpc, route: &HttpRoute) -> bool {
    let path = route.template.strip_prefix('/').and_then(|path| path.split_once('/'));
    route.verb == "POST" && path == Some((rpc.service().name, rpc.method().name))
}
