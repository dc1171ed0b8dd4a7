//! Who runs and who waits, and what follows for the next one who asks.

use std::time::Duration;

use tokio::time::Instant;

use super::doubled;

/// The longest time that a suspect waits for its turn in the process, rather than at the
/// broker, while others have theirs.
const BRIEF: Duration = Duration::from_secs(1);

/// What follows for one who asks to begin.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Begin,
    /// As a suspect that has the process to itself, in this turn.
    Alone(u64),
    /// Ask again when something has changed, or at this time.
    Wait(Option<Instant>),
    /// Ask again after so long, and hold nothing meanwhile.
    Later(Duration),
}

#[derive(Default)]
pub(super) struct State {
    /// How many attempts run, the suspect's own left out.
    running: usize,
    /// The suspect that runs.
    turn: Option<Turn>,
    /// How many suspects wait for a turn.
    waiting: usize,
    /// Others are held back for suspects.
    hold: Option<Hold>,
    /// Until when nobody is held back.
    rest: Option<Instant>,
    /// How many holds in a row ended without a turn.
    vain: u32,
    turns: u64,
}

struct Turn {
    number: u64,
    shared: bool,
}

struct Hold {
    since: Instant,
    until: Instant,
}

impl State {
    /// One whose message has no past.
    pub(super) fn unsuspected(&mut self, now: Instant) -> Verdict {
        self.end_overdue(now);
        match (&self.turn, &self.hold) {
            (Some(turn), _) if !turn.shared => Verdict::Wait(None),
            (None, Some(hold)) => Verdict::Wait(Some(hold.until)),
            _ => {
                self.running += 1;
                Verdict::Begin
            }
        }
    }

    /// A suspect.
    pub(super) fn suspect(&mut self, now: Instant, patience: Duration) -> Verdict {
        self.end_overdue(now);
        match &self.turn {
            Some(turn) if turn.shared => return Verdict::Later(patience),
            Some(_) => return Verdict::Wait(None),
            None => {}
        }
        if let Some(rest) = self.rest.filter(|rest| *rest > now) {
            let left = rest - now;
            return if left > BRIEF { Verdict::Later(left) } else { Verdict::Wait(Some(rest)) };
        }
        let patience = patience.saturating_mul(doubled(self.vain));
        let hold = self.hold.get_or_insert(Hold { since: now, until: now + patience });
        if self.running > 0 {
            return Verdict::Wait(Some(hold.until));
        }
        self.vain = 0;
        self.turns += 1;
        self.turn = Some(Turn { number: self.turns, shared: false });
        Verdict::Alone(self.turns)
    }

    /// One that a suspect waits for; whether that suspect still runs.
    pub(super) fn join(&mut self, turn: u64) -> bool {
        let runs = self.turn.as_ref().is_some_and(|now| now.number == turn);
        self.running += usize::from(runs);
        runs
    }

    /// A suspect has come to wait.
    pub(super) fn came(&mut self) {
        self.waiting += 1;
    }

    /// A suspect waits no longer.
    pub(super) fn went(&mut self, now: Instant) {
        self.waiting -= 1;
        self.end_idle(now);
    }

    /// An attempt has ended that was no suspect's own.
    pub(super) fn left(&mut self) {
        self.running -= 1;
    }

    /// The suspect's attempt has ended.
    pub(super) fn ended(&mut self, now: Instant) {
        self.turn = None;
        self.end_idle(now);
    }

    /// Others may run beside the suspect.
    pub(super) fn share(&mut self, now: Instant) {
        if let Some(turn) = &mut self.turn {
            turn.shared = true;
        }
        self.end_hold(now);
    }

    /// A hold for nobody ends.
    fn end_idle(&mut self, now: Instant) {
        if self.waiting == 0 && self.turn.is_none() {
            self.end_hold(now);
        }
    }

    fn end_overdue(&mut self, now: Instant) {
        let over = self.hold.as_ref().is_some_and(|hold| hold.until <= now);
        if over && self.turn.is_none() {
            self.vain = self.vain.saturating_add(u32::from(self.running > 0));
            self.end_hold(now);
        }
    }

    /// Those who were held back have as long for themselves.
    fn end_hold(&mut self, now: Instant) {
        if let Some(hold) = self.hold.take() {
            self.rest = Some(now + (now - hold.since));
        }
    }
}
