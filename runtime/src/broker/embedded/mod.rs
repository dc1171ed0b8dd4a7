//! What the brokers inside this process share: turning synchronous operations
//! of a [`Store`] into the asynchronous traits of a backend, waking consumers
//! and keeping claims that a dropped future left behind.
//!
//! A store decides everything about messages; nothing here does.

mod backend;
mod changes;
mod lane;
mod lease;
mod store;
mod subscriber;

use std::time::Duration;

pub(super) use backend::Embedded;
pub(super) use changes::Changes;
#[cfg(feature = "sqlite")]
pub(super) use lane::Done;
pub(super) use lane::{Job, Lane};
pub(super) use store::{Claim, Claimed, Headers, Store, Ticket};

/// How long an ephemeral group outlives the last sign of its consumer.
pub(super) const GROUP_LIFE: Duration = Duration::from_secs(60);
