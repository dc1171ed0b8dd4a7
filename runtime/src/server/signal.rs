//! The process signals that ask a server to stop.

use crate::Status;

/// Waits for the interrupt (ctrl-c) or, on Unix, the termination signal.
///
/// # Errors
/// The process may not listen for signals.
pub(super) async fn stop_signal() -> Result<(), Status> {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(refused)?;
        tokio::select! {
            interrupted = interrupt => interrupted.map_err(refused),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    interrupt.await.map_err(refused)
}

fn refused(error: std::io::Error) -> Status {
    Status::internal("the process cannot listen for signals").with_source(error)
}
