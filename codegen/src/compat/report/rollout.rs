//! Who has to be deployed first, from the findings' directions and positions.
//! Modes play no part: they say what was asked, this says what is.

use super::judge::{READ_BY_CLIENTS, READ_BY_SERVERS};
use crate::compat::finding::{Finding, Level, Positions, Verdict};

/// In which order the two sides of a contract can be deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As one likes.
    Any,
    /// Servers, then clients.
    ServersFirst,
    /// Clients, then servers.
    ClientsFirst,
    /// Those who read a queue or a stream, then those who write it.
    ConsumersFirst,
    /// Those who write a queue or a stream, then those who read it.
    ProducersFirst,
    /// At once, or not at all.
    Lockstep,
}

/// How to deploy the new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollout {
    /// The order.
    pub order: Order,
    /// Whether jobs that wait in a queue have to be worked off in between: the
    /// new version does not read them.
    pub drain: bool,
}

impl Order {
    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::ServersFirst => "servers-first",
            Self::ClientsFirst => "clients-first",
            Self::ConsumersFirst => "consumers-first",
            Self::ProducersFirst => "producers-first",
            Self::Lockstep => "lockstep",
        }
    }
}

impl Rollout {
    /// One line for people.
    pub fn sentence(self) -> String {
        let order = match self.order {
            Order::Any => "safe in any order",
            Order::ServersFirst => "safe if servers are upgraded first",
            Order::ClientsFirst => "safe if clients are upgraded first",
            Order::ConsumersFirst => "safe if consumers are upgraded first",
            Order::ProducersFirst => "safe if producers are upgraded first",
            Order::Lockstep => "safe only in lockstep",
        };
        let drain = if self.drain { ", with queued jobs worked off in between" } else { "" };
        format!("{order}{drain}")
    }

    /// The rollout that findings leave; their levels are those whatever the
    /// mode.
    pub(super) fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let hazards: Vec<Hazard> = findings.into_iter().filter_map(Hazard::of).collect();
        if hazards.is_empty() {
            return Self { order: Order::Any, drain: false };
        }
        let any = |test: &dyn Fn(&Hazard) -> bool| hazards.iter().any(test);
        let queues = !any(&|hazard| hazard.positions.meets(CALLS));
        let (first, second) = if queues {
            let first = (Order::ConsumersFirst, any(&|hazard| hazard.backward));
            (first, (Order::ProducersFirst, any(&|hazard| hazard.forward)))
        } else {
            let first = (Order::ServersFirst, any(&Hazard::hurts_with_servers_first));
            (first, (Order::ClientsFirst, any(&Hazard::hurts_with_clients_first)))
        };
        let order = match (first, second) {
            ((_, false), (_, false)) => Order::Any,
            ((order, false), _) | (_, (order, false)) => order,
            _ => Order::Lockstep,
        };
        let waiting = any(&|hazard| hazard.backward && hazard.positions.meets(Positions::JOB));
        Self { order, drain: waiting && order != Order::Lockstep }
    }
}

/// The positions of calls, as opposed to those of queues and streams.
const CALLS: Positions = Positions::REQUEST.union(Positions::RESPONSE).union(Positions::ERROR);

/// What keeps an order from being safe.
struct Hazard {
    positions: Positions,
    backward: bool,
    forward: bool,
}

impl Hazard {
    /// A break counts unless nobody meets it; where an error breaks nothing
    /// outright, the worst that it does counts.
    fn of(finding: &Finding) -> Option<Self> {
        let (backward, forward) = (finding.directions.backward, finding.directions.forward);
        let worst = backward.max(forward);
        let counts = |verdict: Verdict| match finding.level {
            Level::Info => false,
            Level::Warning => verdict == Verdict::Break,
            Level::Error => verdict == worst && verdict != Verdict::Ok,
        };
        let known = !finding.positions.is_empty();
        let positions = if known { finding.positions } else { Positions::REQUEST };
        let hazard = Self { positions, backward: counts(backward), forward: counts(forward) };
        (hazard.backward || hazard.forward).then_some(hazard)
    }

    fn hurts_with_servers_first(&self) -> bool {
        self.backward && self.positions.meets(READ_BY_SERVERS)
            || self.forward && self.positions.meets(READ_BY_CLIENTS)
    }

    fn hurts_with_clients_first(&self) -> bool {
        self.forward && self.positions.meets(READ_BY_SERVERS)
            || self.backward && self.positions.meets(READ_BY_CLIENTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compat::report::testing::finding;
    use Verdict::{Break, Conditional, Lossy, Ok};

    fn rollout(findings: &[(Level, Positions, Verdict, Verdict)]) -> String {
        let findings: Vec<_> =
            findings.iter().map(|&(level, at, b, f)| finding(level, at, b, f)).collect();
        Rollout::of(&findings).sentence()
    }

    #[test]
    fn the_order_follows_from_direction_and_position() {
        const REQUEST: Positions = Positions::REQUEST;
        const RESPONSE: Positions = Positions::RESPONSE;
        const EVENT: Positions = Positions::EVENT;
        const JOB: Positions = Positions::JOB;
        const NONE: Positions = Positions::NONE;
        let table = [
            (REQUEST, Ok, Ok, "safe in any order"),
            (REQUEST, Break, Ok, "safe if clients are upgraded first"),
            (REQUEST, Ok, Break, "safe if servers are upgraded first"),
            (REQUEST, Break, Break, "safe only in lockstep"),
            (RESPONSE, Break, Ok, "safe if servers are upgraded first"),
            (RESPONSE, Ok, Break, "safe if clients are upgraded first"),
            (REQUEST.union(RESPONSE), Ok, Break, "safe only in lockstep"),
            (EVENT, Break, Ok, "safe if producers are upgraded first"),
            (EVENT, Ok, Break, "safe if consumers are upgraded first"),
            (
                JOB,
                Break,
                Ok,
                "safe if producers are upgraded first, with queued jobs worked off in between",
            ),
            (
                REQUEST.union(JOB),
                Break,
                Ok,
                "safe if clients are upgraded first, with queued jobs worked off in between",
            ),
            (JOB, Ok, Break, "safe if consumers are upgraded first"),
            (NONE, Break, Ok, "safe if clients are upgraded first"),
            (REQUEST, Conditional, Lossy, "safe if servers are upgraded first"),
        ];
        for (positions, backward, forward, expected) in table {
            let found = rollout(&[(Level::Error, positions, backward, forward)]);
            assert_eq!(found, expected, "{positions:?} {backward:?} {forward:?}");
        }
    }

    #[test]
    fn findings_that_ask_for_different_orders_leave_none() {
        let found = rollout(&[
            (Level::Error, Positions::REQUEST, Break, Ok),
            (Level::Error, Positions::REQUEST, Ok, Break),
        ]);
        assert_eq!(found, "safe only in lockstep");
    }

    #[test]
    fn a_warning_counts_where_it_breaks_and_an_info_never() {
        let warn = |verdict| rollout(&[(Level::Warning, Positions::REQUEST, verdict, Ok)]);
        assert_eq!(warn(Break), "safe if clients are upgraded first");
        assert_eq!(warn(Lossy), "safe in any order");
        let info = rollout(&[(Level::Info, Positions::REQUEST, Break, Break)]);
        assert_eq!(info, "safe in any order");
    }
}
