//! A payload that is misread, as a few lines of text.

use std::fmt;

use super::diff::{Difference, Direction, Sort};
use super::{Payload, Reading, Witness};

/// How many differences are told.
const MAX_DIFFERENCES: usize = 5;

impl Direction {
    /// The side that writes.
    pub fn writer(self) -> &'static str {
        match self {
            Self::Backward => "old",
            Self::Forward => "new",
        }
    }

    /// The side that reads.
    pub fn reader(self) -> &'static str {
        match self {
            Self::Backward => "new",
            Self::Forward => "old",
        }
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (writer, reader) = (self.direction.writer(), self.direction.reader());
        match &self.payload {
            Payload::Binary { bytes, json } => {
                write!(f, "{writer} writes `{}`", self.subject)?;
                if let Some(json) = json {
                    write!(f, " {json}")?;
                }
                writeln!(f, " as {}", hex_or_nothing(bytes))?;
            }
            Payload::Json { json } => writeln!(f, "{writer} writes `{}` as {json}", self.subject)?,
            Payload::Response { json } => {
                writeln!(f, "{writer} answers `{}` with {json}", self.subject)?;
            }
            Payload::Request { line, body } => {
                write!(f, "{writer} sends {line}")?;
                if let Some(body) = body {
                    write!(f, " with {body}")?;
                }
                writeln!(f)?;
            }
        }
        match &self.reading {
            Reading::Refused { why } => write!(f, "{reader} refuses it: {why}"),
            Reading::Misread { json, differences } => {
                write!(f, "{reader} reads ")?;
                f.write_str(json.as_deref().unwrap_or("it"))?;
                for (index, difference) in differences.iter().take(MAX_DIFFERENCES).enumerate() {
                    write!(f, "{} {difference}", if index == 0 { ":" } else { "," })?;
                }
                let more = differences.len().saturating_sub(MAX_DIFFERENCES);
                if more > 0 { write!(f, ", and {more} more") } else { Ok(()) }
            }
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, wrote, read, .. } = self;
        match self.sort {
            Sort::Presence => write!(f, "`{path}` = {wrote} is told from absence no more"),
            Sort::Unrecognised => write!(f, "`{path}` = {wrote} is unknown to it ({read})"),
            Sort::Lost => write!(f, "`{path}` = {wrote} is lost, {read} is left"),
            Sort::Changed => write!(f, "`{path}` = {wrote} arrives as {read}"),
        }
    }
}

/// Bytes in hex, a space between them.
pub(super) fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

fn hex_or_nothing(bytes: &[u8]) -> String {
    if bytes.is_empty() { "no bytes".to_owned() } else { hex(bytes) }
}
