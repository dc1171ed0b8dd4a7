//! The form of the JSON report: what its published schema is made from.

use schemars::JsonSchema;
use serde::Serialize;

/// What `agentgen check-compat --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "agentgen check-compat")]
pub(super) struct Document<'r> {
    /// The version of this form: 1. It grows when a reader has to change.
    pub(super) format: u32,
    /// The program that made it.
    pub(super) tool: Tool,
    /// The judgement: `unchanged`, `compatible` or `incompatible`.
    pub(super) state: &'r str,
    /// What was compared against.
    pub(super) baselines: &'r [String],
    /// What was judged.
    pub(super) subject: &'r str,
    /// The profile that selected the findings.
    pub(super) profile: &'r str,
    /// The mode that gave them their levels.
    pub(super) mode: &'r str,
    /// How to deploy the new version.
    pub(super) rollout: Rollout<'r>,
    /// The version that the new side deserves: `none`, `patch`, `minor` or
    /// `major`.
    pub(super) bump: &'r str,
    /// How many findings there are, those left off among them.
    pub(super) counts: Counts,
    /// The findings, the most severe first.
    pub(super) findings: Vec<Finding<'r>>,
    /// How many findings were left off.
    pub(super) left_off: usize,
    /// What is wrong with acceptances.
    pub(super) complaints: Vec<Complaint<'r>>,
    /// The rules of the findings, by name.
    pub(super) rules: Vec<Rule>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Rollout<'r> {
    /// `any`, `servers-first`, `clients-first`, `consumers-first`,
    /// `producers-first` or `lockstep`.
    pub(super) order: &'r str,
    /// Whether queued jobs have to be worked off in between.
    pub(super) drain: bool,
    /// The same for people.
    pub(super) sentence: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Counts {
    /// Those that fail the check.
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) infos: usize,
    /// Those that somebody accepted; they are in no other count.
    pub(super) accepted: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Finding<'r> {
    /// The rule, as in `rules`.
    pub(super) rule: &'r str,
    /// The level in this mode: `error`, `warning` or `info`.
    pub(super) level: &'r str,
    /// The level whatever the mode.
    pub(super) severity: &'r str,
    /// What changed.
    pub(super) message: &'r str,
    /// The full name of what changed.
    pub(super) element: &'r str,
    /// Who writes and reads it: of `request`, `response`, `error`, `event` and
    /// `job`. Empty where no rpc reaches it.
    pub(super) positions: Vec<&'r str>,
    pub(super) directions: Directions<'r>,
    /// What carries the break: of `wire`, `json`, `source`, `http`, `queue`,
    /// `sse` and `tool`.
    pub(super) axes: Vec<&'r str>,
    /// Why this one breaks.
    pub(super) why: &'r str,
    /// Where it stood.
    pub(super) old: Option<Place<'r>>,
    /// Where it stands, or what is left around it.
    pub(super) new: Option<Place<'r>>,
    /// What an acceptance recognises it by.
    pub(super) fingerprint: &'r str,
    /// A payload that one side writes and the other misreads; `null` where none
    /// exists or `--witness` was not given.
    pub(super) witness: Option<Witness<'r>>,
    /// Who accepted it.
    pub(super) accepted: Option<Accepted<'r>>,
    /// The baselines that it breaks with.
    pub(super) against: &'r [String],
}

/// Verdicts from the data alone: `ok`, `conditional`, `lossy` or `breaks`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Directions<'r> {
    /// The new version reads what the old one wrote.
    pub(super) backward: &'r str,
    /// The old version reads what the new one wrote.
    pub(super) forward: &'r str,
}

/// A place, with lines and columns from 1; the end lies behind the last
/// character. Without lines for a file as a whole, and where a descriptor
/// image holds none.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Place<'r> {
    /// The file as it is shown to people.
    pub(super) file: &'r str,
    /// The name that others import it by.
    pub(super) name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_column: Option<usize>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Accepted<'r> {
    pub(super) reason: &'r str,
    /// The accept file, or the file and line of the comment.
    pub(super) source: &'r str,
    /// The last day on which it holds, as in `2027-01-31`.
    pub(super) expires: Option<String>,
}

/// What one side writes and what the other makes of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Witness<'r> {
    /// `backward`: the new version reads what the old one wrote; `forward`: the
    /// reverse.
    pub(super) direction: &'static str,
    /// The full name of the message as the writer calls it, or of the rpc.
    pub(super) subject: &'r str,
    /// The bytes in hex, with a space between them, of an encoded message.
    pub(super) hex: Option<String>,
    /// The message in JSON, or the body of the request.
    pub(super) json: Option<&'r str>,
    /// Verb and path of an HTTP request.
    pub(super) request: Option<&'r str>,
    /// Why the reader refuses it; `null` where it reads something else.
    pub(super) refused: Option<&'r str>,
    /// What the reader reads, as JSON in its own terms.
    pub(super) reads: Option<&'r str>,
    /// What became of the fields, for people.
    pub(super) differences: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Complaint<'r> {
    /// `acceptance-stale`, `acceptance-expired`, `acceptance-without-reason` or
    /// `acceptance-of-unknown-rule`.
    pub(super) kind: &'r str,
    pub(super) level: &'r str,
    pub(super) message: &'r str,
    pub(super) place: Place<'r>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) family: &'static str,
    /// What it fires on.
    pub(super) summary: &'static str,
    /// What its findings break, in Markdown.
    pub(super) why: String,
    /// What to do instead, in Markdown.
    pub(super) safe_way: String,
}
