//! Findings and a report for tests.

use std::sync::Arc;

use super::{
    Acceptance, Bump, Complaint, ComplaintKind, Guidance, Mode, Order, Profile, Report, Reported,
    Rollout, Spot, TextRange,
};
use crate::compat::accept::Date;
use crate::compat::finding::{Axis, Directions, Finding, Level, Place, Positions, Verdict};
use crate::compat::schema::FileId;
use crate::compat::witness::{Direction, Payload, Reading, Witness};
use crate::source::SourceFile;

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
        shape: None,
        why: None,
        old: Some(place.clone()),
        new: Some(place),
    }
}

const OLD: &str = "syntax = \"proto3\";\n\nmessage Täsk {\n\tint32 count = 1; // |&<\n}\n";
const NEW: &str = "message Täsk {\n  // Ünder it.\n  int64 count = 1;\n}\n";

/// The place of a part of a text, whose file is `file`.
pub(in crate::compat) fn spot(file: &str, text: &str, part: &str) -> Spot {
    let text = SourceFile::new(text, None);
    let start = text.text().find(part).expect("a part of the text");
    let end = start + part.len();
    let (first, last) = (text.location(file, start, end), text.location(file, end, end));
    let range = TextRange {
        start_line: first.line,
        start_column: first.column,
        end_line: last.line,
        end_column: last.column,
        bytes: start..end,
    };
    Spot {
        file: file.to_owned(),
        name: "task.proto".to_owned(),
        range: Some(range),
        text: Some(text),
    }
}

/// A finding as it is reported.
pub(in crate::compat) fn reported(finding: Finding) -> Reported {
    let guidance = Guidance {
        why: "An old reader cuts the value.".to_owned(),
        safe_way: "1. Add a field.\n2. Deprecate `count`.".to_owned(),
    };
    Reported {
        level: finding.level,
        old: None,
        new: None,
        guidance: Arc::new(guidance),
        fingerprint: crate::compat::accept::fingerprint(&finding),
        witness: None,
        accepted: None,
        against: vec!["v1".to_owned()],
        finding,
    }
}

fn misread() -> Witness {
    let payload =
        Payload::Binary { bytes: vec![8, 255], json: Some("{\"count\":\"7\"}".to_owned()) };
    let reading = Reading::Refused { why: "it is cut short".to_owned() };
    Witness { direction: Direction::Forward, subject: "pkg.Täsk".to_owned(), payload, reading }
}

/// A report with one of everything: both sides, one side, a file, an image
/// without places, an accepted break, complaints.
pub(in crate::compat) fn sample() -> Report {
    let (request, response) = (Positions::REQUEST, Positions::RESPONSE);
    let both = Reported {
        old: Some(spot("git:v1:task.proto", OLD, "int32 count = 1;")),
        new: Some(spot("proto/task.proto", NEW, "int64 count = 1;")),
        witness: Some(misread()),
        ..reported(finding(Level::Error, request.union(response), Verdict::Ok, Verdict::Lossy))
    };
    let mut again = Reported { witness: None, ..both.clone() };
    again.finding.why = Some("This one is | worse: `<T>`, 100%.".to_owned());
    again.finding.element = "pkg.Täsk".to_owned();
    again.finding.message = "`Täsk` is, all, of it: 100% <other>".to_owned();
    again.new = Some(spot("proto/task.proto", NEW, NEW.trim_end()));
    let accepted = Acceptance {
        reason: "nobody | reads it".to_owned(),
        source: "agentgen-accept.toml".to_owned(),
        in_comment: false,
        expires: Date::new(2027, 1, 31),
    };
    let accepted = Reported { accepted: Some(accepted), ..both.clone() };
    let whole = Spot { range: None, ..spot("proto/task.proto", NEW, "message") };
    let whole = Reported {
        new: Some(whole),
        ..reported(finding(Level::Warning, Positions::NONE, Verdict::Break, Verdict::Ok))
    };
    let image = Spot { text: None, ..spot("task.proto", OLD, "message Täsk") };
    let image = Reported {
        old: Some(image),
        ..reported(finding(Level::Info, Positions::EVENT, Verdict::Ok, Verdict::Conditional))
    };
    let complaint = Complaint {
        level: Level::Warning,
        kind: ComplaintKind::Stale,
        message: "the acceptance of `test-rule` is stale: nothing was found here; remove it"
            .to_owned(),
        spot: spot("proto/task.proto", NEW, "int64 count = 1;"),
    };
    Report {
        baselines: vec!["v1".to_owned(), "v2".to_owned()],
        subject: "proto & more".to_owned(),
        profile: Profile::All,
        mode: Mode::ServerFirst,
        findings: vec![both, again, accepted, whole, image],
        complaints: vec![complaint],
        witnessed: true,
        rollout: Rollout { order: Order::ClientsFirst, drain: true },
        bump: Bump::Major,
    }
}
