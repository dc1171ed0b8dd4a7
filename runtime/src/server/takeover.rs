//! What runs on a connection once HTTP has handed it over: the conversation of
//! a WebSocket.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use futures_core::future::BoxFuture;
use http::Response;

use super::gate::Running;

/// A future that waits for its connection. It travels as an extension of the
/// response that hands the connection over.
#[derive(Clone)]
pub(crate) struct Takeover(Arc<Mutex<Option<BoxFuture<'static, ()>>>>);

impl Takeover {
    pub(crate) fn new(future: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::pin(future)))))
    }

    fn take(self) -> Option<BoxFuture<'static, ()>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Takeover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Takeover").finish_non_exhaustive()
    }
}

/// Where a connection keeps what takes it over, and the place among the running
/// requests that this goes on to hold.
#[derive(Clone, Default)]
pub(super) struct Successor(Arc<Mutex<Option<(Takeover, Option<Running>)>>>);

impl Successor {
    /// Keeps what a response brings along, and its place with it.
    pub(super) fn keep<B>(
        &self,
        (mut response, place): (Response<B>, Option<Running>),
    ) -> (Response<B>, Option<Running>) {
        let Some(takeover) = response.extensions_mut().remove::<Takeover>() else {
            return (response, place);
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((takeover, place));
        (response, None)
    }

    /// Runs what was kept to its end.
    pub(super) async fn run(self) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((takeover, _place)) = kept else { return };
        if let Some(future) = takeover.take() {
            future.await;
        }
    }
}
