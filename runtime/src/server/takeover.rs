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
pub(super) struct Successor(Arc<Mutex<Option<Kept>>>);

type Kept = (Takeover, Option<Running>);

impl Successor {
    /// Keeps what a response brings along, and its place with it.
    pub(super) fn keep<B>(&self, (response, place): &mut (Response<B>, Option<Running>)) {
        if let Some(takeover) = response.extensions_mut().remove::<Takeover>() {
            let kept = (takeover, place.take());
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        }
    }

    /// Runs what was kept to its end.
    pub(super) async fn run(&self) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((takeover, _place)) = kept else { return };
        if let Some(future) = takeover.take() {
            future.await;
        }
    }
}
