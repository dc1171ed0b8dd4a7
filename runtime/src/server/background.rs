//! The seam for transports that need no socket of the server: they start and
//! drain with it.

use std::collections::BTreeSet;

use futures_core::future::BoxFuture;

use crate::Status;
use crate::service::Dispatcher;

/// A transport that fetches its calls instead of being connected to, such as
/// a queue consumer.
pub trait Background: Send + 'static {
    /// Leads calls to `dispatcher` until [`Dispatcher::shutdown`] fires, then
    /// finishes those in hand and ends. The server drops the future when its
    /// drain timeout passes first.
    ///
    /// # Errors
    /// The transport cannot work at all; the server then shuts down.
    fn run(self: Box<Self>, dispatcher: Dispatcher) -> BoxFuture<'static, Result<(), Status>>;

    /// Whether it answers calls, as a queue consumer does and a relay does not. The services
    /// of a server that is added to another with such a transport are left to it by those of
    /// the other.
    fn answers(&self) -> bool {
        true
    }
}

/// The services that a transport answers, by their full names; every one that no other
/// transport has for its own, where there is none yet.
type Own = Option<BTreeSet<&'static str>>;

/// The background transports of a server, and what each of them answers: the services of
/// the server that it was given to, but for those that came with a transport of their own.
#[derive(Default)]
pub(super) struct Transports(Vec<(Box<dyn Background>, Own)>);

impl Transports {
    pub(super) fn push(&mut self, transport: Box<dyn Background>) {
        self.0.push((transport, None));
    }

    /// Adds those of another server, which has these services.
    pub(super) fn add(&mut self, other: Self, dispatcher: &Dispatcher) {
        let added = other.each(dispatcher).map(|(transport, own)| {
            let own = transport.answers().then_some(own);
            (transport, own)
        });
        self.0.extend(added);
    }

    /// Every transport with the services that it answers.
    pub(super) fn of(
        self,
        dispatcher: &Dispatcher,
    ) -> impl Iterator<Item = (Box<dyn Background>, Dispatcher)> {
        self.each(dispatcher).map(|(transport, own)| (transport, dispatcher.only(&own)))
    }

    fn each(
        self,
        dispatcher: &Dispatcher,
    ) -> impl Iterator<Item = (Box<dyn Background>, BTreeSet<&'static str>)> {
        let own = self.0.iter().filter_map(|(_, own)| own.as_ref());
        let taken: BTreeSet<&str> = own.flatten().copied().collect();
        let names = dispatcher.services().map(|service| service.name);
        let rest: BTreeSet<_> = names.filter(|name| !taken.contains(name)).collect();
        self.0
            .into_iter()
            .map(move |(transport, own)| (transport, own.unwrap_or_else(|| rest.clone())))
    }
}
