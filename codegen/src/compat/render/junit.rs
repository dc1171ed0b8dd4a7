//! `JUnit` XML: a test case a finding, which fails if it breaks the check.

use std::fmt::Write as _;

use super::Style;
use super::words::{accepted, at, effect, summary};
use crate::compat::finding::Level;
use crate::compat::report::{Complaint, Report, Reported};

pub(super) fn render(report: &Report, style: Style) -> String {
    let (shown, _) = style.shown(report);
    let mut cases: Vec<Case> = shown.iter().map(Case::of_finding).collect();
    cases.extend(report.complaints.iter().map(Case::of_complaint));
    if cases.is_empty() {
        let class = report.subject.clone();
        cases.push(Case { name: "compatible".to_owned(), class, outcome: Outcome::Passed(None) });
    }
    let failures = cases.iter().filter(|case| matches!(case.outcome, Outcome::Failed(..))).count();
    let skipped = cases.iter().filter(|case| matches!(case.outcome, Outcome::Skipped(_))).count();
    let counts = format!(r#"tests="{}" failures="{failures}" errors="0""#, cases.len());
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"agentgen check-compat\" {counts}>\n  \
         <testsuite name=\"{}\" {counts} skipped=\"{skipped}\">\n",
        escape(&report.subject)
    );
    for case in &cases {
        case.write(&mut text);
    }
    let total = summary(report).map(|(key, value)| format!("{key}: {value}"));
    let _ = writeln!(text, "    <system-out>{}</system-out>", escape(&total.join("\n")));
    text + "  </testsuite>\n</testsuites>\n"
}

struct Case {
    name: String,
    class: String,
    outcome: Outcome,
}

enum Outcome {
    Passed(Option<String>),
    Skipped(String),
    Failed(String, String),
}

impl Case {
    fn of_finding(found: &Reported) -> Self {
        let finding = &found.finding;
        let place = found.spot().map(at).unwrap_or_default();
        let detail = format!("{}\n{place}\n{}", finding.message, effect(finding));
        let outcome = match &found.accepted {
            Some(acceptance) => Outcome::Skipped(accepted(acceptance)),
            None if found.fails() => Outcome::Failed(finding.message.clone(), detail),
            None => Outcome::Passed(Some(detail)),
        };
        let name = format!("{} {}", finding.rule, finding.element);
        Self {
            name,
            class: found.spot().map(|spot| spot.file.clone()).unwrap_or_default(),
            outcome,
        }
    }

    fn of_complaint(complaint: &Complaint) -> Self {
        let detail = format!("{}\n{}", complaint.message, at(&complaint.spot));
        let outcome = match complaint.level {
            Level::Error => Outcome::Failed(complaint.message.clone(), detail),
            Level::Warning | Level::Info => Outcome::Passed(Some(detail)),
        };
        let name = complaint.kind.name().to_owned();
        Self { name, class: complaint.spot.file.clone(), outcome }
    }

    fn write(&self, text: &mut String) {
        let (name, class) = (escape(&self.name), escape(&self.class));
        let _ = write!(text, "    <testcase name=\"{name}\" classname=\"{class}\"");
        let _ = match &self.outcome {
            Outcome::Passed(None) => writeln!(text, "/>"),
            Outcome::Passed(Some(detail)) => {
                writeln!(text, "><system-out>{}</system-out></testcase>", escape(detail))
            }
            Outcome::Skipped(reason) => {
                writeln!(text, "><skipped message=\"{}\"/></testcase>", escape(reason))
            }
            Outcome::Failed(message, detail) => writeln!(
                text,
                "><failure message=\"{}\">{}</failure></testcase>",
                escape(message),
                escape(detail)
            ),
        };
    }
}

/// Text for elements and attributes; control characters, which XML cannot
/// hold, are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}
