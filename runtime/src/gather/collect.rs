//! The wait: takes answers as they come, until the policy has what it needs or
//! can no longer get it.

use std::time::Duration;

use futures_core::future::BoxFuture;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::{Gathered, Part, Policy};
use crate::Status;

impl Policy {
    /// How many of `asked` have to answer.
    pub(super) fn needs(self, asked: usize) -> usize {
        match self {
            Self::All => asked,
            Self::Quorum(count) => count,
            Self::First => 1,
            Self::Partial => 0,
        }
    }

    /// Whether waiting on changes nothing.
    fn is_over(self, asked: usize, replies: usize, errors: usize) -> bool {
        let needs = self.needs(asked);
        self != Self::Partial && (replies >= needs || replies + asked - replies - errors < needs)
    }
}

pub(super) async fn collect<T: Send>(
    policy: Policy,
    within: Option<Duration>,
    calls: Vec<(String, BoxFuture<'_, Result<T, Status>>)>,
) -> Gathered<T> {
    let asked = calls.len();
    let mut missing: Vec<Option<String>> = Vec::new();
    let mut waiting = FuturesUnordered::new();
    for (place, (name, call)) in calls.into_iter().enumerate() {
        missing.push(Some(name));
        waiting.push(async move { (place, call.await) });
    }
    let (mut replies, mut errors) = (Vec::new(), Vec::new());
    let answers = async {
        while !policy.is_over(asked, replies.len(), errors.len())
            && let Some((place, answer)) = waiting.next().await
        {
            let name = missing[place].take().unwrap_or_default();
            match answer {
                Ok(value) => replies.push(Part { name, value }),
                Err(value) => errors.push(Part { name, value }),
            }
        }
    };
    match within {
        None => answers.await,
        // What has come by then is in the lists.
        Some(time) => drop(tokio::time::timeout(time, answers).await),
    }
    let missing = missing.into_iter().flatten().collect();
    Gathered { needed: policy.needs(asked), replies, errors, missing }
}
