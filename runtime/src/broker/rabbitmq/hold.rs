//! Pauses. `RabbitMQ` has none, but drops what is older than a queue keeps it into
//! another: a ladder of such queues, each with one time, holds messages for any
//! time in a few steps. Nothing is early; the last step may be late by a quarter.

use std::time::Duration;

/// The times of the ladder, in milliseconds: each four times the last.
const STEPS: [u64; 11] =
    [100, 400, 1600, 6400, 25_600, 102_400, 409_600, 1_638_400, 6_553_600, 26_214_400, 104_857_600];

/// The first step of a pause, in milliseconds, and what is left after it.
pub(super) fn step(pause: Duration) -> (u64, Duration) {
    let covers = |step: &&u64| {
        let step = Duration::from_millis(**step);
        step >= pause && step <= pause + pause / 4 + Duration::from_millis(100)
    };
    let below = |step: &&u64| Duration::from_millis(**step) <= pause;
    let step = STEPS.iter().find(covers).or_else(|| STEPS.iter().rev().find(below));
    let step = step.copied().unwrap_or(STEPS[0]);
    (step, pause.saturating_sub(Duration::from_millis(step)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_never_shortened_and_takes_few_steps() {
        for millis in [1, 99, 100, 101, 250, 400, 1000, 5000, 61_000, 3_600_000, 400_000_000] {
            let (mut left, mut whole, mut steps) = (Duration::from_millis(millis), 0, 0);
            while left > Duration::ZERO {
                let (step, rest) = step(left);
                (left, whole, steps) = (rest, whole + step, steps + 1);
            }
            assert!(whole >= millis, "{millis} became {whole}");
            assert!(whole <= millis + millis / 4 + 100, "{millis} became {whole}");
            assert!(steps < 20, "{millis} takes {steps} steps");
        }
    }
}
