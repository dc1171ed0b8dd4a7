//! The forms in which a report is shown: a row and a file each. A renderer
//! decides nothing; what it shows, the report says.

#[cfg(feature = "reports")]
mod github;
#[cfg(feature = "reports")]
mod gitlab;
#[cfg(feature = "reports")]
mod json;
#[cfg(feature = "reports")]
mod junit;
#[cfg(feature = "reports")]
mod markdown;
#[cfg(feature = "reports")]
mod sarif;
mod text;
mod words;

use super::report::{Report, Reported};

pub use text::render as text;
pub use words::wrapped;

/// How to show a report.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to add ANSI escapes, where the form has any.
    pub color: bool,
    /// How many findings to show at most; the others are counted.
    pub limit: usize,
}

impl Style {
    /// Everything, without colour.
    pub const PLAIN: Self = Self { color: false, limit: usize::MAX };

    /// The findings that are shown, and how many are left off.
    fn shown(self, report: &Report) -> (&[Reported], usize) {
        let all = &report.findings;
        let shown = self.limit.min(all.len());
        (&all[..shown], all.len() - shown)
    }
}

/// A form of output.
#[cfg(feature = "reports")]
#[derive(Debug)]
pub struct Renderer {
    /// The name in options.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// How many findings it shows where nobody says; programs want them all.
    pub limit: usize,
    /// The output, with a line break at its end.
    pub render: fn(&Report, Style) -> String,
}

/// Every form, in the order they are listed.
#[cfg(feature = "reports")]
#[rustfmt::skip]
pub static RENDERERS: &[Renderer] = &[
    row("text", "for people, with the lines of both sides", 50, text::render),
    row("json", "for programs; `agentgen check-compat --schema` prints its JSON Schema", usize::MAX, json::render),
    row("sarif", "SARIF 2.1.0, for code scanning", usize::MAX, sarif::render),
    row("github", "workflow commands, which annotate a pull request", usize::MAX, github::render),
    row("gitlab", "a code quality report", usize::MAX, gitlab::render),
    row("junit", "JUnit XML, for test reports", usize::MAX, junit::render),
    row("markdown", "a table for a comment on a pull request", 50, markdown::render),
];

#[cfg(feature = "reports")]
const fn row(
    name: &'static str,
    doc: &'static str,
    limit: usize,
    render: fn(&Report, Style) -> String,
) -> Renderer {
    Renderer { name, doc, limit, render }
}

/// The JSON Schema of the form `json`.
#[cfg(feature = "reports")]
pub fn json_schema() -> String {
    json::schema()
}

#[cfg(test)]
mod tests;
