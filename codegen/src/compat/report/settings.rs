//! What a check is asked for: which findings count, and for whom.

use crate::compat::accept::{AcceptFile, Date};
use crate::compat::finding::{Axis, Finding, Positions};
use crate::compat::rule::Rule;

/// How to judge.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Which findings count.
    pub profile: Profile,
    /// Which directions count.
    pub mode: Mode,
    /// The breaks that are accepted.
    pub accepted: AcceptFile,
    /// Whether to find payloads that are misread.
    pub witness: bool,
    /// The day on which acceptances are judged.
    pub today: Date,
}

/// Which findings count, by what they break.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// All of them.
    #[default]
    All,
    /// What breaks the binary encoding.
    Wire,
    /// What breaks the binary encoding or JSON.
    WireJson,
    /// What breaks REST and its streams.
    Rest,
    /// What breaks queues and streams of events.
    Events,
    /// What breaks code that compiles against generated code.
    Source,
}

/// The profiles with their names and meanings, in the order they are listed.
pub static PROFILES: &[(Profile, &str, &str)] = &[
    (Profile::All, "all", "everything"),
    (Profile::Wire, "wire", "the binary encoding"),
    (Profile::WireJson, "wire-json", "the binary encoding and JSON"),
    (Profile::Rest, "rest", "REST: routes, JSON bodies, streams over HTTP"),
    (Profile::Events, "events", "queues, streams, and the encodings of what they carry"),
    (Profile::Source, "source", "code that compiles against generated code"),
];

impl Profile {
    /// The profile with this name.
    pub fn named(name: &str) -> Option<Self> {
        PROFILES.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// The name in options and output.
    pub fn name(self) -> &'static str {
        PROFILES.iter().find(|row| row.0 == self).map_or("all", |row| row.1)
    }

    /// Whether a rule can find anything that counts.
    pub(super) fn takes_rule(self, rule: &Rule) -> bool {
        self.meets(rule.axes) || self == Self::Events && carries_data(rule.axes)
    }

    /// Whether a finding counts.
    pub(super) fn takes(self, finding: &Finding) -> bool {
        let queued = finding.positions.meets(Positions::EVENT.union(Positions::JOB));
        self.meets(&finding.axes) || self == Self::Events && queued && carries_data(&finding.axes)
    }

    /// Leaves what those see who use one encoding only.
    pub(super) fn narrow(self, finding: &mut Finding) {
        match self {
            Self::Wire => finding.narrow(Axis::Wire),
            Self::Rest => finding.narrow(Axis::Json),
            Self::All | Self::WireJson | Self::Events | Self::Source => {}
        }
    }

    fn meets(self, axes: &[Axis]) -> bool {
        let own: &[Axis] = match self {
            Self::All => return true,
            Self::Wire => &[Axis::Wire],
            Self::WireJson => &[Axis::Wire, Axis::Json],
            Self::Rest => &[Axis::Http, Axis::Json, Axis::Sse],
            Self::Events => &[Axis::Queue, Axis::Sse],
            Self::Source => &[Axis::Source],
        };
        axes.iter().any(|axis| own.contains(axis))
    }
}

/// Whether what queues carry is concerned.
fn carries_data(axes: &[Axis]) -> bool {
    axes.contains(&Axis::Wire) || axes.contains(&Axis::Json)
}

/// Which direction has to hold at which position. The names and meanings are
/// those of schema registries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Servers are deployed first: the new server reads what old callers
    /// write, and old callers read what the new server writes.
    #[default]
    ServerFirst,
    /// Readers are deployed first: the new version reads what the old wrote.
    Backward,
    /// Writers are deployed first: the old version reads what the new wrote.
    Forward,
    /// Both, in any order.
    Full,
}

/// The modes with their names and meanings, in the order they are listed.
pub static MODES: &[(Mode, &str, &str)] = &[
    (Mode::ServerFirst, "SERVER_FIRST", "servers are deployed before clients"),
    (Mode::Backward, "BACKWARD", "the new version reads what the old one wrote"),
    (Mode::Forward, "FORWARD", "the old version reads what the new one wrote"),
    (Mode::Full, "FULL", "both"),
];

impl Mode {
    /// The mode with this name, in capitals or not.
    pub fn named(name: &str) -> Option<Self> {
        MODES.iter().find(|row| row.1.eq_ignore_ascii_case(name)).map(|row| row.0)
    }

    /// The name in options and output.
    pub fn name(self) -> &'static str {
        MODES.iter().find(|row| row.0 == self).map_or("SERVER_FIRST", |row| row.1)
    }
}
