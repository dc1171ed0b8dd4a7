//! What becomes of a delivery that was not handled: another attempt after a
//! pause, or the dead letter.

use std::time::Duration;

use super::dead::{self, Cause};
use super::reply::Replies;
use super::worker::Worker;
use crate::Status;
use crate::broker::{Delivery, Failure, Publish, Settlement};
use crate::service::{Backoff, QueueRoute};

/// The longest message that the history keeps of an error, in characters.
const MAX_MESSAGE: usize = 500;

/// The settlement after a failed attempt.
pub(super) fn failed(
    delivery: &Delivery,
    route: &QueueRoute,
    replies: &Replies<'_>,
    status: &Status,
) -> Settlement {
    let failure = failure(replies.attempt, status);
    let failures = delivery.history.failures.len() + 1;
    let exhausted = failures >= route.max_deliveries as usize;
    let expired = replies.context.time_left().is_some_and(|left| left.is_zero());
    let cause = if expired {
        Cause::Expired
    } else if !status.is_retryable() {
        Cause::NotRetryable
    } else if exhausted {
        Cause::Exhausted
    } else {
        let delay = pause(&route.backoff, failures, status.details().retry_after);
        return Settlement::Retry { delay, failure };
    };
    give_up(delivery, route, replies, (cause, status), Some(failure))
}

/// The settlement that moves a delivery to the dead letter, and tells the one
/// who waits.
pub(super) fn give_up(
    delivery: &Delivery,
    route: &QueueRoute,
    replies: &Replies<'_>,
    why: (Cause, &Status),
    failure: Option<Failure>,
) -> Settlement {
    let (cause, status) = why;
    tracing::warn!(
        subject = route.subject,
        correlation_id = replies.context.correlation_id(),
        attempt = replies.attempt,
        cause = cause.reason(),
        %status,
        "a message is moved to the dead letter"
    );
    let mut history = delivery.history.clone();
    history.failures.extend(failure);
    let letter = dead::letter(delivery, route, why, &history);
    let publish = std::iter::once(letter).chain(replies.error(status)).collect();
    Settlement::Done { publish, remember: None }
}

/// The dead letter of a message that leaves no room for more; its body is elsewhere where
/// there is a place for it.
pub(super) async fn short_letter(
    worker: &Worker,
    delivery: &Delivery,
    why: (Cause, &Status),
) -> Publish {
    let letter = dead::short(dead::letter(delivery, worker.route, why, &delivery.history));
    worker.fit(letter.clone()).await.unwrap_or(letter)
}

fn failure(attempt: u32, status: &Status) -> Failure {
    let message = status.message().chars().take(MAX_MESSAGE).collect();
    Failure { attempt, code: status.code().name().to_owned(), message }
}

/// Full jitter below an exponential bound; never earlier than the server of
/// the failure asked for.
fn pause(backoff: &Backoff, failures: usize, retry_after: Option<Duration>) -> Duration {
    let exponent = i32::try_from(failures.saturating_sub(1)).unwrap_or(i32::MAX);
    let bound = backoff.initial.as_secs_f64() * backoff.multiplier.powi(exponent);
    let bound = bound.min(backoff.max.as_secs_f64());
    let pause = Duration::try_from_secs_f64(bound * fastrand::f64()).unwrap_or(backoff.max);
    pause.max(retry_after.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff =
        Backoff { initial: Duration::from_secs(1), max: Duration::from_secs(60), multiplier: 2.0 };

    #[test]
    fn pauses_stay_below_their_bound_and_spread_over_it() {
        for (failures, bound) in [(1, 1.0), (2, 2.0), (4, 8.0), (100, 60.0), (usize::MAX, 60.0)] {
            let pauses: Vec<_> =
                (0..500).map(|_| pause(&BACKOFF, failures, None).as_secs_f64()).collect();
            assert!(pauses.iter().all(|pause| (0.0..=bound).contains(pause)), "{failures}");
            assert!(pauses.iter().any(|pause| *pause > bound * 0.9), "{failures}");
            assert!(pauses.iter().any(|pause| *pause < bound * 0.1), "{failures}");
        }
    }

    #[test]
    fn a_pause_is_never_shorter_than_the_failure_asked_for() {
        let asked = Duration::from_secs(90);
        assert_eq!(pause(&BACKOFF, 1, Some(asked)), asked);
    }
}
