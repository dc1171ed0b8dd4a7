//! Stops taking work while all of it fails: what a model that is down would
//! dead-letter message by message waits in the queue instead.
//!
//! Closed, the consumer takes what it has hands for. After a number of failures
//! with no success between them the circuit opens, and nothing is taken for a
//! while; then one message is, as a probe, which closes it again or opens it for
//! longer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::Status;

/// How often the pause is doubled at most.
const DOUBLINGS: u32 = 5;

/// Whether the consumer of an rpc takes work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CircuitState {
    /// It does.
    #[default]
    Closed,
    /// It takes nothing for a while, since everything failed.
    Open,
    /// It tries one message.
    HalfOpen,
}

/// When a circuit opens, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Failures with no success between them; 0 is never.
    pub(super) failures: u32,
    pub(super) pause: Duration,
}

/// The circuit of one rpc.
pub(super) struct Circuit {
    limits: Limits,
    subject: &'static str,
    inner: Mutex<Inner>,
    state: watch::Sender<CircuitState>,
}

#[derive(Default)]
struct Inner {
    failures: u32,
    /// How often it opened since the last success.
    opened: u32,
    /// Until when nothing is taken.
    until: Option<Instant>,
}

impl Circuit {
    pub(super) fn new(limits: Limits, subject: &'static str) -> Self {
        let (inner, state) = (Mutex::default(), watch::Sender::default());
        Self { limits, subject, inner, state }
    }

    /// How many deliveries may be taken, by a consumer that has hands for
    /// `free` and works on `running`.
    pub(super) fn admits(&self, free: usize, running: usize) -> usize {
        let until = self.inner.lock().unwrap_or_else(PoisonError::into_inner).until;
        match until {
            None => free,
            Some(until) if Instant::now() < until => 0,
            // What began before the circuit opened is no probe.
            Some(_) if running > 0 => 0,
            Some(_) => {
                self.state.send_replace(CircuitState::HalfOpen);
                1
            }
        }
    }

    /// Resolves when a probe may be taken; never while there is nothing to
    /// wait for.
    pub(super) async fn ripe(&self) {
        let until = self.inner.lock().unwrap_or_else(PoisonError::into_inner).until;
        match until {
            Some(until) if Instant::now() < until => tokio::time::sleep_until(until).await,
            _ => std::future::pending().await,
        }
    }

    /// Whether work waits in the queue because everything failed.
    pub(super) fn is_open(&self) -> bool {
        *self.state.borrow() != CircuitState::Closed
    }

    /// Takes note of how an attempt ended. An error that no attempt mends is a
    /// verdict on its message, and a sign that the handler works.
    pub(super) fn ended(&self, outcome: Result<(), &Status>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Err(status) if status.is_retryable() => self.failed(&mut inner, status),
            _ => {
                if inner.until.is_some() {
                    tracing::info!(subject = self.subject, "work succeeds again and is taken");
                    self.state.send_replace(CircuitState::Closed);
                }
                *inner = Inner::default();
            }
        }
    }

    fn failed(&self, inner: &mut Inner, status: &Status) {
        inner.failures = inner.failures.saturating_add(1);
        let now = Instant::now();
        // What had begun before it opened says nothing new.
        let waits = inner.until.is_some_and(|until| now < until);
        if self.limits.failures == 0 || inner.failures < self.limits.failures || waits {
            return;
        }
        let pause = self.limits.pause * 2_u32.pow(inner.opened.min(DOUBLINGS));
        inner.opened += 1;
        inner.until = Some(now + pause);
        self.state.send_replace(CircuitState::Open);
        tracing::warn!(
            subject = self.subject,
            failures = inner.failures,
            pause_seconds = pause.as_secs_f64(),
            %status,
            "everything fails: no work is taken for a while"
        );
    }
}

/// The circuits of a consumer, by subject; see
/// [`Consumer::circuits`](super::Consumer::circuits).
#[derive(Clone, Debug, Default)]
pub struct Circuits(Arc<Mutex<BTreeMap<&'static str, watch::Receiver<CircuitState>>>>);

impl Circuits {
    pub(super) fn add(&self, circuit: &Circuit) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(circuit.subject, circuit.state.subscribe());
    }

    /// The state of each, once the consumer runs.
    pub fn states(&self) -> Vec<(&'static str, CircuitState)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(subject, state)| (*subject, *state.borrow())).collect()
    }

    /// Watches the state of one, once the consumer runs.
    pub fn watch(&self, subject: &str) -> Option<watch::Receiver<CircuitState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(subject).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(10);

    fn circuit() -> Circuit {
        Circuit::new(Limits { failures: 3, pause: PAUSE }, "work")
    }

    fn fail(circuit: &Circuit, times: usize) {
        for _ in 0..times {
            circuit.ended(Err(&Status::unavailable("down")));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn failures_in_a_row_open_it_and_a_probe_that_succeeds_closes_it() {
        let circuit = circuit();
        fail(&circuit, 2);
        circuit.ended(Ok(()));
        fail(&circuit, 2);
        assert_eq!(circuit.admits(8, 0), 8, "a success was between them");
        fail(&circuit, 1);
        assert_eq!((circuit.admits(8, 0), *circuit.state.borrow()), (0, CircuitState::Open));
        circuit.ripe().await;
        assert_eq!(circuit.admits(8, 1), 0, "what began before is no probe");
        assert_eq!((circuit.admits(8, 0), *circuit.state.borrow()), (1, CircuitState::HalfOpen));
        circuit.ended(Ok(()));
        assert_eq!((circuit.admits(8, 0), *circuit.state.borrow()), (8, CircuitState::Closed));
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_fails_opens_it_for_twice_as_long() {
        let circuit = circuit();
        fail(&circuit, 3);
        for doubled in [1, 2, 4, 8, 16, 32, 32] {
            let since = Instant::now();
            circuit.ripe().await;
            assert_eq!(since.elapsed().as_secs(), (PAUSE * doubled).as_secs());
            fail(&circuit, 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_had_begun_before_it_opened_opens_it_no_longer() {
        let circuit = circuit();
        fail(&circuit, 8);
        let since = Instant::now();
        circuit.ripe().await;
        assert_eq!(since.elapsed().as_secs(), PAUSE.as_secs());
    }

    #[test]
    fn a_verdict_on_a_message_is_a_sign_of_life() {
        let circuit = circuit();
        for _ in 0..9 {
            circuit.ended(Err(&Status::invalid_argument("nonsense")));
        }
        assert_eq!(circuit.admits(8, 0), 8);
    }
}
