//! A report: all that renderers know. They judge nothing and look nothing up.

use std::ops::Range;
use std::sync::Arc;

use super::{Bump, Mode, Profile, Rollout};
use crate::compat::accept::Date;
use crate::compat::finding::{Finding, Level};
use crate::compat::witness::Witness;
use crate::source::SourceFile;

/// What changed between two versions, judged.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was compared against, as named by the caller; several where every
    /// tag was.
    pub baselines: Vec<String>,
    /// What was judged, as named by the caller.
    pub subject: String,
    /// The profile that selected the findings.
    pub profile: Profile,
    /// The mode that gave them their levels.
    pub mode: Mode,
    /// The findings, the most severe first, accepted ones in their places.
    pub findings: Vec<Reported>,
    /// What is wrong with acceptances.
    pub complaints: Vec<Complaint>,
    /// Whether payloads that are misread were looked for.
    pub witnessed: bool,
    /// How to deploy the new version.
    pub rollout: Rollout,
    /// The version that the new side deserves.
    pub bump: Bump,
}

/// A finding, with what has to be known to show it.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The finding; its level is the one whatever the mode.
    pub finding: Finding,
    /// The level in the report's mode.
    pub level: Level,
    /// Where it stood.
    pub old: Option<Spot>,
    /// Where it stands, or what is left around it.
    pub new: Option<Spot>,
    /// Why it breaks and what to do instead.
    pub guidance: Arc<Guidance>,
    /// What an acceptance recognises it by.
    pub fingerprint: String,
    /// A payload that is misread, if one was looked for and exists.
    pub witness: Option<Witness>,
    /// Who accepted it, if somebody did.
    pub accepted: Option<Acceptance>,
    /// The baselines that it breaks with.
    pub against: Vec<String>,
}

/// What a rule's page says about all of its findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guidance {
    /// What breaks, and for whom.
    pub why: String,
    /// What to do instead.
    pub safe_way: String,
}

/// An accepted break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// Why.
    pub reason: String,
    /// Where it says so: the accept file, or the file and line of the comment.
    pub source: String,
    /// Whether it stands in a comment.
    pub in_comment: bool,
    /// The last day on which it holds.
    pub expires: Option<Date>,
}

/// What is wrong with an acceptance.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// How bad it is; an error fails the check.
    pub level: Level,
    /// What kind of thing is wrong.
    pub kind: ComplaintKind,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub spot: Spot,
}

/// What can be wrong with an acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComplaintKind {
    /// It accepts nothing that was found.
    Stale,
    /// Its last day has passed.
    Expired,
    /// It gives no reason.
    Unreasoned,
    /// It names no rule.
    UnknownRule,
}

impl ComplaintKind {
    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stale => "acceptance-stale",
            Self::Expired => "acceptance-expired",
            Self::Unreasoned => "acceptance-without-reason",
            Self::UnknownRule => "acceptance-of-unknown-rule",
        }
    }
}

/// A place in a file of one side.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The file as it is shown to people.
    pub file: String,
    /// The name that others import it by; for a place in a service config, that
    /// of the file whose option it states.
    pub name: String,
    /// The lines and columns; `None` for a file as a whole and where an image
    /// holds no places.
    pub range: Option<TextRange>,
    /// The file's text; `None` for an image.
    pub text: Option<SourceFile>,
}

/// Lines and columns from 1, columns in characters where the text is known and
/// in bytes elsewhere; the end lies behind the last character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextRange {
    /// The first line.
    pub start_line: usize,
    /// The first column.
    pub start_column: usize,
    /// The last line.
    pub end_line: usize,
    /// The column behind the end.
    pub end_column: usize,
    /// The same in bytes of the text; empty where it is not known.
    pub bytes: Range<usize>,
}

/// The judgement in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing changed that the profile looks at.
    Unchanged,
    /// Nothing breaks that was not accepted.
    Compatible,
    /// Something breaks.
    Incompatible,
}

impl State {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Compatible => "compatible",
            Self::Incompatible => "incompatible",
        }
    }
}

impl Reported {
    /// Why it breaks: what the finding says, or else the rule's page.
    pub fn why(&self) -> &str {
        self.finding.why.as_deref().unwrap_or(&self.guidance.why)
    }

    /// Whether it fails the check.
    pub fn fails(&self) -> bool {
        self.level == Level::Error && self.accepted.is_none()
    }

    /// Where to point: at the new side, or else at the old one.
    pub fn spot(&self) -> Option<&Spot> {
        self.new.as_ref().or(self.old.as_ref())
    }
}

impl Spot {
    /// The first line; 1 for the file as a whole.
    pub fn line(&self) -> usize {
        self.range.as_ref().map_or(1, |range| range.start_line)
    }

    /// The first column; 1 for the file as a whole.
    pub fn column(&self) -> usize {
        self.range.as_ref().map_or(1, |range| range.start_column)
    }
}

impl Report {
    /// The judgement in one word.
    pub fn state(&self) -> State {
        let complained = self.complaints.iter().any(|complaint| complaint.level == Level::Error);
        if complained || self.findings.iter().any(Reported::fails) {
            State::Incompatible
        } else if self.bump == Bump::None {
            State::Unchanged
        } else {
            State::Compatible
        }
    }

    /// How many findings of a level nobody accepted.
    pub fn count(&self, level: Level) -> usize {
        let open = self.findings.iter().filter(|found| found.accepted.is_none());
        open.filter(|found| found.level == level).count()
    }

    /// How many findings were accepted.
    pub fn accepted(&self) -> usize {
        self.findings.iter().filter(|found| found.accepted.is_some()).count()
    }
}
