//! Several agents that serve the same contract over one broker: each answers on
//! the contract's subjects behind a name of its own.

use super::Options;
use crate::service::QueueRoute;

/// The subject under a name.
pub(super) fn subject(namespace: Option<&str>, subject: &str) -> String {
    match namespace {
        None => subject.to_owned(),
        Some(name) => format!("{name}.{subject}"),
    }
}

/// The route under the consumer's name. It lives as long as the tables of
/// generated code do: a consumer is made once, and has few rpcs.
pub(super) fn route(options: &Options, route: &'static QueueRoute) -> &'static QueueRoute {
    let Some(name) = options.namespace.as_deref() else { return route };
    let lasting = |text: &str| -> &'static str { subject(Some(name), text).leak() };
    let named = QueueRoute {
        subject: lasting(route.subject),
        dead_letter: lasting(route.dead_letter),
        ..*route
    };
    Box::leak(Box::new(named))
}
