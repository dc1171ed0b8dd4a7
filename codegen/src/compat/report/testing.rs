//! Findings for tests.

use crate::compat::finding::{Axis, Directions, Finding, Level, Place, Positions, Verdict};
use crate::compat::schema::FileId;

/// A finding about a message.
pub(in crate::compat) fn finding(
    level: Level,
    positions: Positions,
    backward: Verdict,
    forward: Verdict,
) -> Finding {
    let place = Place { file: FileId(0), path: vec![4, 0] };
    Finding {
        rule: "test-rule",
        level,
        message: "`a` became `b`".to_owned(),
        element: "pkg.Message".to_owned(),
        positions,
        directions: Directions::new(backward, forward),
        axes: vec![Axis::Wire],
        why: None,
        old: Some(place.clone()),
        new: Some(place),
    }
}
