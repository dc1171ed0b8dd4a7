//! How bad a finding is here: whether anybody meets it, and whether the mode
//! looks at the direction that breaks.

use super::settings::Mode;
use crate::compat::finding::{Finding, Level, Positions, Verdict};

/// Where the server reads.
pub(super) const READ_BY_SERVERS: Positions = Positions::REQUEST.union(Positions::JOB);
/// Where callers and consumers read.
pub(super) const READ_BY_CLIENTS: Positions =
    Positions::RESPONSE.union(Positions::ERROR).union(Positions::EVENT);

/// The tag of services in a file's descriptor.
const SERVICE: i32 = 6;
/// The tags of messages, enums and extensions in a file's descriptor.
const TYPES: [i32; 3] = [4, 5, 7];

/// The level whatever the mode. A type that no rpc reaches breaks nobody whom
/// the contract knows of, if the contract is one with rpcs at all.
pub(super) fn severity(finding: &Finding, has_services: bool) -> Level {
    let unreachable =
        finding.positions.is_empty() && sort(finding).is_some_and(|sort| TYPES.contains(&sort));
    if unreachable && has_services { Level::Info } else { finding.level }
}

/// The level for a mode, from the [`severity`].
///
/// What breaks in no direction, such as generated code, is left alone. Where
/// the mode does not look at the direction that is worst, something less bad
/// in the other one is at most a warning, and nothing at all is an info.
pub(super) fn level(finding: &Finding, severity: Level, mode: Mode) -> Level {
    let directions = finding.directions;
    let worst = directions.backward.max(directions.forward);
    match looked_at(finding, mode) {
        seen if seen == worst => severity,
        Verdict::Ok => Level::Info,
        _ => severity.min(Level::Warning),
    }
}

/// The worst verdict that the mode looks at. Where no position is known
/// nobody's role is, and both directions count, as they do for routes and rpcs
/// that are gone.
fn looked_at(finding: &Finding, mode: Mode) -> Verdict {
    let (backward, forward) = (finding.directions.backward, finding.directions.forward);
    let (mut seen_backward, mut seen_forward) = match mode {
        Mode::ServerFirst => {
            (finding.positions.meets(READ_BY_SERVERS), finding.positions.meets(READ_BY_CLIENTS))
        }
        Mode::Backward => (true, false),
        Mode::Forward => (false, true),
        Mode::Full => (true, true),
    };
    if finding.positions.is_empty() && (mode == Mode::ServerFirst || sort(finding) == Some(SERVICE))
    {
        (seen_backward, seen_forward) = (true, true);
    }
    let seen = |is: bool, verdict| if is { verdict } else { Verdict::Ok };
    seen(seen_backward, backward).max(seen(seen_forward, forward))
}

/// The tag of the sort of element in its file.
fn sort(finding: &Finding) -> Option<i32> {
    let place = finding.old.as_ref().or(finding.new.as_ref())?;
    place.path.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compat::report::testing::finding;
    use Level::{Error, Info, Warning};
    use Mode::{Backward, Forward, Full, ServerFirst};
    use Verdict::{Break, Lossy, Ok};

    #[test]
    fn a_mode_looks_at_its_directions_only() {
        const REQUEST: Positions = Positions::REQUEST;
        const RESPONSE: Positions = Positions::RESPONSE;
        const BOTH: Positions = REQUEST.union(RESPONSE);
        const NONE: Positions = Positions::NONE;
        // Positions, B, F, then the level in SERVER_FIRST, BACKWARD, FORWARD, FULL.
        let table = [
            (REQUEST, Break, Ok, [Error, Error, Info, Error]),
            (REQUEST, Ok, Break, [Info, Info, Error, Error]),
            (RESPONSE, Break, Ok, [Info, Error, Info, Error]),
            (RESPONSE, Ok, Break, [Error, Info, Error, Error]),
            (BOTH, Break, Ok, [Error, Error, Info, Error]),
            (REQUEST, Lossy, Break, [Warning, Warning, Error, Error]),
            (REQUEST, Lossy, Lossy, [Error, Error, Error, Error]),
            (BOTH, Ok, Ok, [Error, Error, Error, Error]),
            (NONE, Break, Ok, [Error, Error, Info, Error]),
        ];
        for (positions, backward, forward, levels) in table {
            let found = finding(Error, positions, backward, forward);
            for (mode, expected) in [ServerFirst, Backward, Forward, Full].into_iter().zip(levels) {
                assert_eq!(level(&found, Error, mode), expected, "{mode:?} {found:?}");
            }
        }
    }

    #[test]
    fn an_rpc_that_is_gone_counts_in_every_mode() {
        let mut found = finding(Error, Positions::NONE, Break, Ok);
        found.old.as_mut().expect("a place").path = vec![SERVICE, 0, 2, 1];
        for mode in [ServerFirst, Backward, Forward, Full] {
            assert_eq!(level(&found, Error, mode), Error);
        }
    }

    #[test]
    fn a_type_that_no_rpc_reaches_matters_only_to_a_contract_without_rpcs() {
        let found = finding(Error, Positions::NONE, Break, Break);
        assert_eq!(severity(&found, true), Info);
        assert_eq!(severity(&found, false), Error);
        let reached = finding(Error, Positions::EVENT, Break, Break);
        assert_eq!(severity(&reached, true), Error);
    }
}
