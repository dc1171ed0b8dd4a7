//! The seam for transports that need no socket of the server: they start and
//! drain with it.

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
}
