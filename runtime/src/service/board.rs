//! What the parts of a server tell each other while it runs: which brokers it
//! uses, and which subscriptions take work.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

/// A broker that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InUse {
    pub(crate) protocol: &'static str,
    pub(crate) prefix: Option<Arc<str>>,
}

/// What is known now.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) brokers: Vec<InUse>,
    /// Whether work is taken, by subject.
    pub(crate) subscriptions: BTreeMap<String, bool>,
}

/// One for each server.
#[derive(Debug)]
pub(crate) struct Board(watch::Sender<State>);

impl Default for Board {
    fn default() -> Self {
        Self(watch::Sender::new(State::default()))
    }
}

impl Board {
    pub(crate) fn add_broker(&self, broker: InUse) {
        self.0.send_modify(|state| {
            if !state.brokers.contains(&broker) {
                state.brokers.push(broker);
            }
        });
    }

    /// Notes whether a subscription takes work.
    pub(crate) fn report(&self, subject: &str, serving: bool) {
        self.0.send_if_modified(|state| {
            let before = state.subscriptions.insert(subject.to_owned(), serving);
            before != Some(serving)
        });
    }

    /// The broker of the server, where it has one alone.
    #[cfg(feature = "rest")]
    pub(crate) fn broker(&self) -> Option<InUse> {
        match &*self.0.borrow().brokers {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// Follows the state.
    #[cfg(feature = "grpc")]
    pub(crate) fn follow(&self) -> watch::Receiver<State> {
        self.0.subscribe()
    }
}
