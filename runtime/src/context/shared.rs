//! What a context shares with its clones and with the transport that made it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio_util::sync::CancellationToken;

use super::{CorrelationId, Metadata, TraceContext};

/// The ids of the call, the reply's headers, and the end of the call.
///
/// The token is made when somebody first asks for it: most handlers are
/// simply dropped, and never do.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) correlation_id: CorrelationId,
    pub(super) trace: TraceContext,
    /// Whether the caller sent a trace.
    pub(super) traced: bool,
    reply: Mutex<ReplyMetadata>,
    cancellation: OnceLock<CancellationToken>,
    over: AtomicBool,
}

/// What goes back beside the reply.
#[derive(Debug, Default)]
pub(super) struct ReplyMetadata {
    pub(super) headers: Metadata,
    pub(super) trailers: Metadata,
}

impl Shared {
    pub(super) fn new(correlation_id: CorrelationId, trace: TraceContext) -> Self {
        Self {
            correlation_id,
            trace,
            traced: false,
            reply: Mutex::default(),
            cancellation: OnceLock::new(),
            over: AtomicBool::new(false),
        }
    }

    pub(super) fn traced(self, traced: bool) -> Self {
        Self { traced, ..self }
    }

    pub(super) fn with_cancellation(self, token: CancellationToken) -> Self {
        Self { cancellation: token.into(), ..self }
    }

    pub(super) fn cancellation(&self) -> &CancellationToken {
        let token = self.cancellation.get_or_init(CancellationToken::new);
        // Whoever ended the call may have found no token yet.
        if self.over.load(Ordering::SeqCst) {
            token.cancel();
        }
        token
    }

    pub(super) fn reply(&self) -> MutexGuard<'_, ReplyMetadata> {
        self.reply.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fires the cancellation of a call when it is dropped.
#[derive(Debug)]
pub(crate) struct CallGuard(pub(super) Arc<Shared>);

impl Drop for CallGuard {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::SeqCst);
        if let Some(token) = self.0.cancellation.get() {
            token.cancel();
        }
    }
}
