//! Decides when a handler may begin, so that nobody is blamed for another's crash.
//!
//! A process dies as a whole, and nobody can tell which of the attempts in it was the
//! cause: each of them counts one crash. From then on its message is a *suspect*, and
//! counts a crash only where it ran alone, so that the next one is its own:
//!
//! - **A suspect never begins beside others**, nor others beside it. It waits for what
//!   runs to end, and nothing new begins meanwhile, in no rpc of the process.
//! - **Nobody is held back without end.** Those who wait for a suspect are held back for
//!   a *patience* (`Options::patience`). Where it cannot be alone by then it is given back
//!   to the broker, uncounted, and others have as much time as they were held back for
//!   before the next try, which is twice as patient, as often as it takes: what
//!   runs for ten minutes is waited for in the end.
//! - **A suspect that runs for longer than a patience is excused**: its attempt is marked
//!   as one whose death counts for nothing, and only then others begin beside it. A poison
//!   that kills its process later than that would go uncounted for ever, so that the time a
//!   suspect has to itself doubles with each death that was not counted; the history of the
//!   message tells how many they were. Other suspects wait until it has ended.
//! - **What a suspect waits for is let through**: a request that the suspect's handler made,
//!   or one that was made for it, and whose reply is waited for in this process. What it
//!   causes is its own, and counts as such. Who makes a request is told by the context that
//!   was passed on. A handler that starts from a new one waits for as long as others are
//!   held back, and so does one that asks an rpc whose hands are full of what is held back.
//!
//! The turn of an attempt lasts until it is settled, so that the next one's crash finds
//! nothing unsettled.

mod state;

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use self::state::{State, Verdict};
use crate::broker::History;

/// Who may begin; one for all consumers of a process, since they die together.
static GATE: LazyLock<Gate> = LazyLock::new(Gate::default);

#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    /// The requests that are waited for, by their ids, with the turn that waits.
    awaited: Mutex<HashMap<String, u64>>,
    changed: Notify,
}

/// Who asks to begin.
pub(super) struct Asking<'a> {
    pub(super) history: &'a History,
    pub(super) request_id: &'a str,
    pub(super) patience: Duration,
}

/// What came of asking.
pub(super) enum Answer {
    Begin(Pass),
    /// Not now: it is to be given back for so long.
    Later(Duration),
}

/// Held from before an attempt begins until it is settled.
#[derive(Debug)]
pub(super) struct Pass {
    gate: &'static Gate,
    /// The turn of the suspect that it belongs to; none where it runs for itself.
    turn: Option<u64>,
    /// How long a suspect has to itself; none where it is no suspect.
    alone_for: Option<Duration>,
}

/// A reply that an attempt waits for.
pub(super) struct Awaited {
    gate: &'static Gate,
    request_id: String,
}

/// How many attempts died without being counted.
fn uncounted(history: &History) -> u32 {
    let failures = u32::try_from(history.failures.len()).unwrap_or(u32::MAX);
    history.starts.saturating_sub(history.crashes).saturating_sub(failures)
}

/// Waits until an attempt may begin.
pub(super) async fn pass(asking: Asking<'_>) -> Answer {
    GATE.pass(asking).await
}

/// Notes that the attempt of a turn waits for the reply to a request.
pub(super) fn waits_for(turn: Option<u64>, request_id: &str) -> Option<Awaited> {
    let turn = turn?;
    GATE.awaited().insert(request_id.to_owned(), turn);
    Some(Awaited { gate: &GATE, request_id: request_id.to_owned() })
}

impl Gate {
    async fn pass(&'static self, asking: Asking<'_>) -> Answer {
        let crashed = asking.history.crashes > 0 || uncounted(asking.history) > 0;
        let suspect = crashed.then(|| Waiting::new(self));
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let until = match self.ask(&asking, suspect.is_some()) {
                Ok(answer) => return answer,
                Err(until) => until,
            };
            tokio::select! {
                () = changed => {}
                () = sleep_until(until) => {}
            }
        }
    }

    /// An answer, or until when to wait for one.
    fn ask(&'static self, asking: &Asking<'_>, suspect: bool) -> Result<Answer, Option<Instant>> {
        let (now, patience) = (Instant::now(), asking.patience);
        let turn = self.awaited().get(asking.request_id).copied();
        let mut state = self.state();
        if let Some(turn) = turn
            && state.join(turn)
        {
            return Ok(Answer::Begin(Pass { gate: self, turn: Some(turn), alone_for: None }));
        }
        let verdict = if suspect { state.suspect(now, patience) } else { state.unsuspected(now) };
        drop(state);
        match verdict {
            Verdict::Begin => Ok(Answer::Begin(Pass { gate: self, turn: None, alone_for: None })),
            Verdict::Alone(turn) => {
                let alone_for = patience.saturating_mul(doubled(uncounted(asking.history)));
                let (turn, alone_for) = (Some(turn), Some(alone_for));
                Ok(Answer::Begin(Pass { gate: self, turn, alone_for }))
            }
            Verdict::Later(time) => {
                // Others may wait for what was just given up.
                self.changed.notify_waiters();
                Ok(Answer::Later(time))
            }
            Verdict::Wait(until) => Err(until),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn awaited(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State, Instant)) {
        change(&mut self.state(), Instant::now());
        self.changed.notify_waiters();
    }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}

/// How often a time is doubled at most.
const DOUBLINGS: u32 = 6;

fn doubled(times: u32) -> u32 {
    1 << times.min(DOUBLINGS)
}

async fn sleep_until(until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep_until(until).await,
        None => std::future::pending().await,
    }
}

/// A suspect that waits for its turn.
struct Waiting(&'static Gate);

impl Waiting {
    fn new(gate: &'static Gate) -> Self {
        gate.change(|state, _| state.came());
        Self(gate)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.change(State::went);
    }
}

impl Pass {
    /// The turn that what the attempt asks for belongs to.
    pub(super) fn turn(&self) -> Option<u64> {
        self.turn
    }

    /// How long it has to itself; none where others run beside it anyway.
    pub(super) fn alone_for(&self) -> Option<Duration> {
        self.alone_for
    }

    /// Lets others begin beside a suspect, which has to be excused before.
    pub(super) fn share(&self) {
        if self.alone_for.is_some() {
            self.gate.change(State::share);
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let alone = self.alone_for.is_some();
        self.gate.change(|state, now| if alone { state.ended(now) } else { state.left() });
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        self.gate.awaited().remove(&self.request_id);
    }
}

#[cfg(test)]
mod tests;
