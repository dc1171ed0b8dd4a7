//! What a rule says: one cause, where it stands on both sides, what it breaks
//! and for whom. Findings judge; who shows them and how is the report's matter.

use super::schema::FileId;
use super::shape::Shape;

/// How bad a finding is for the chosen mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// May break somebody.
    Warning,
    /// Breaks somebody.
    Error,
}

impl Level {
    /// The name in options and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Whether one side reads what the other wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Everything arrives as it was meant.
    Ok,
    /// It depends on values or on how the reader is set up.
    Conditional,
    /// It is read, and something of it is lost.
    Lossy,
    /// It is refused or misread.
    Break,
}

impl Verdict {
    /// The word in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Conditional => "conditional",
            Self::Lossy => "lossy",
            Self::Break => "breaks",
        }
    }
}

/// Verdicts for both directions, from the data alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Directions {
    /// B: the new version reads what the old one wrote.
    pub backward: Verdict,
    /// F: the old version reads what the new one wrote.
    pub forward: Verdict,
}

impl Directions {
    /// Both directions are fine.
    pub const OK: Self = Self { backward: Verdict::Ok, forward: Verdict::Ok };
    /// Both directions break.
    pub const BREAK: Self = Self { backward: Verdict::Break, forward: Verdict::Break };

    /// These verdicts.
    pub const fn new(backward: Verdict, forward: Verdict) -> Self {
        Self { backward, forward }
    }

    /// The worse of both in each direction.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        Self {
            backward: self.backward.max(other.backward),
            forward: self.forward.max(other.forward),
        }
    }
}

/// What carries the change to whom it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// The binary encoding, gRPC above all.
    Wire,
    /// The JSON mapping.
    Json,
    /// Generated code and whoever compiles against it.
    Source,
    /// Routes, parameters and bodies of REST.
    Http,
    /// Queue subjects, groups and settings.
    Queue,
    /// Streams over HTTP.
    Sse,
    /// Tool schemas for language models.
    Tool,
}

impl Axis {
    /// Every axis, in the order they are listed.
    pub const ALL: [Self; 7] =
        [Self::Wire, Self::Json, Self::Source, Self::Http, Self::Queue, Self::Sse, Self::Tool];

    /// The name in options and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Json => "json",
            Self::Source => "source",
            Self::Http => "http",
            Self::Queue => "queue",
            Self::Sse => "sse",
            Self::Tool => "tool",
        }
    }
}

/// Who writes and who reads a type, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Positions(u8);

impl Positions {
    /// Reachable from no rpc.
    pub const NONE: Self = Self(0);
    /// The caller writes, the server reads.
    pub const REQUEST: Self = Self(1);
    /// The server writes, the caller reads.
    pub const RESPONSE: Self = Self(2);
    /// The server writes an error's details, the caller reads.
    pub const ERROR: Self = Self(4);
    /// The server writes events, their consumers read.
    pub const EVENT: Self = Self(8);
    /// Producers write to a queue where old data waits, the server reads.
    pub const JOB: Self = Self(16);

    const NAMES: [(Self, &'static str); 5] = [
        (Self::REQUEST, "request"),
        (Self::RESPONSE, "response"),
        (Self::ERROR, "error"),
        (Self::EVENT, "event"),
        (Self::JOB, "job"),
    ];

    /// Both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether both sets share a position.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names, in a fixed order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(one, _)| self.meets(*one)).map(|(_, name)| name)
    }
}

/// An element of one side, by its descriptor path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The descriptor path; where source info does not know it, the nearest
    /// element around it is shown. Empty for the file itself.
    pub path: Vec<i32>,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's name, such as `field-removed`.
    pub rule: &'static str,
    /// How bad it is whatever the mode; the report may lower it where the mode
    /// does not look at the direction that breaks.
    pub level: Level,
    /// What changed, in one sentence without a full stop.
    pub message: String,
    /// The full name of what changed, as the new side calls it if it has it:
    /// `pkg.Message.field`, `pkg.Service.Method`, a file for files.
    pub element: String,
    /// Who writes and reads it.
    pub positions: Positions,
    /// What breaks, from the data alone.
    pub directions: Directions,
    /// What carries it; a subset of the rule's.
    pub axes: Vec<Axis>,
    /// The verdicts of each encoding, where they were judged apart; then
    /// `directions` is the worse of both.
    pub shape: Option<Shape>,
    /// Why it breaks, where that differs from case to case; else the rule's
    /// page says it.
    pub why: Option<String>,
    /// Where it stood.
    pub old: Option<Place>,
    /// Where it stands, or what is left around it.
    pub new: Option<Place>,
}

impl Finding {
    /// Takes directions, level and axes from the verdicts of the encodings;
    /// code that compiles against the type is concerned in any case.
    pub fn judge_by(&mut self, shape: Shape) {
        self.directions = shape.directions();
        self.level = shape.level();
        self.axes = shape.axes();
        self.axes.push(Axis::Source);
        self.shape = Some(shape);
    }

    /// Leaves the verdicts of one encoding, for those who use no other. Never
    /// makes a finding worse.
    pub fn narrow(&mut self, encoding: Axis) {
        if let Some(shape) = self.shape.map(|shape| shape.only(encoding)) {
            self.directions = shape.directions();
            self.level = self.level.min(shape.level());
            self.shape = Some(shape);
        }
    }
}
