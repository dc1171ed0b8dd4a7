//! A broker whose wall clock a test moves.

use std::sync::Arc;
use std::time::SystemTime;

use crate::broker::{self, Broker, Error};

/// Opens a `SQLite` broker by what follows `sqlite:` in its URL, with this as
/// its wall clock.
///
/// # Errors
/// As for [`Broker::open`].
pub async fn open_sqlite_at(
    rest: &str,
    wall: impl Fn() -> SystemTime + Send + Sync + 'static,
) -> Result<Broker, Error> {
    broker::open_at(rest, Arc::new(wall)).await
}
