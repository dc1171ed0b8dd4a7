//! Scatter and gather: several agents are asked at once, and what they answer is
//! collected until a policy is met or a deadline passes.
//!
//! ```
//! # use agentgen::{Status, gather::{Gather, Policy}};
//! # use std::time::Duration;
//! # async fn agent(answer: u32) -> Result<u32, Status> { Ok(answer) }
//! # async fn silence() -> Result<u32, Status> { std::future::pending().await }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Status> {
//! let gathered = Gather::new(Policy::Quorum(2))
//!     .ask("fast", agent(1))
//!     .ask("careful", agent(2))
//!     .ask("absent", silence())
//!     .within(Duration::from_secs(30))
//!     .await;
//! assert_eq!(gathered.missing, ["absent"]);
//! let answers = gathered.into_result()?;
//! # assert_eq!(answers.len(), 2);
//! # Ok(())
//! # }
//! ```

mod collect;
mod gathered;

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures_core::future::BoxFuture;

use crate::Status;

pub use gathered::{Gathered, Part};

/// When enough was gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Everybody has answered; the first error ends the wait.
    All,
    /// This many have answered; the wait ends once too many have failed.
    Quorum(usize),
    /// One has answered; the wait ends once all have failed.
    First,
    /// Everybody has answered or failed, or the time is up: whatever there is
    /// then is the result.
    Partial,
}

/// Calls that are made at once; awaited, it makes them.
///
/// A call is any future of a reply: that of a generated client, over a queue or
/// any other transport. Those that are not waited for any more are dropped, and
/// so cancelled.
#[must_use = "nothing is asked before it is awaited"]
pub struct Gather<'a, T> {
    policy: Policy,
    within: Option<Duration>,
    calls: Vec<(String, BoxFuture<'a, Result<T, Status>>)>,
}

impl<'a, T: Send + 'a> Gather<'a, T> {
    /// Nobody asked yet.
    pub fn new(policy: Policy) -> Self {
        Self { policy, within: None, calls: Vec::new() }
    }

    /// Asks one more, who is called `name` in the result.
    pub fn ask<E: Into<Status> + Send + 'a>(
        mut self,
        name: impl Into<String>,
        call: impl Future<Output = Result<T, E>> + Send + 'a,
    ) -> Self {
        let call = async move { call.await.map_err(Into::into) };
        self.calls.push((name.into(), Box::pin(call)));
        self
    }

    /// Waits no longer than this.
    pub fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }
}

impl<'a, T: Send + 'a> IntoFuture for Gather<'a, T> {
    type Output = Gathered<T>;
    type IntoFuture = BoxFuture<'a, Gathered<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(collect::collect(self.policy, self.within, self.calls))
    }
}

impl<T> fmt::Debug for Gather<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.calls.iter().map(|(name, _)| name).collect();
        f.debug_struct("Gather").field("policy", &self.policy).field("asked", &names).finish()
    }
}
