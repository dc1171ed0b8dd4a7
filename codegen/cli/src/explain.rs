//! `agentgen explain`.

use std::fmt::Write as _;

use clap::Args;
use clap::builder::styling::{AnsiColor, Style};

use super::Outcome;
use super::console::{Failure, print};
use agentgen_codegen::compat::page::Page;
use agentgen_codegen::compat::render::wrapped;
use agentgen_codegen::compat::rule::Rule;
use agentgen_codegen::compat::rules;
use agentgen_codegen::diagnostic::codes;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A rule of `agentgen rules`, or the name of a finding of `agentgen
    /// lint`.
    #[arg(value_name = "RULE")]
    rule: String,
}

const EXAMPLES: &str = "\
Examples:
  agentgen explain field-removed
  agentgen explain route-duplicate";

/// How long lines may be.
const WIDTH: usize = 88;

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let name = arguments.rule.as_str();
    if let Some(rule) = rules::find(name) {
        let page = Page::parse(rule.page)
            .map_err(|error| Failure::trouble(format!("the page of `{name}`: {error}")))?;
        return Ok(print(&explained(rule, &page))?);
    }
    if let Some(code) = codes::ALL.iter().find(|code| code.name == name) {
        return Ok(print(&format!("{}\n\n{}\n", heading(code.name), code.doc))?);
    }
    let near = nearest(name).map(|near| format!("; did you mean `{near}`?"));
    let message = format!("no rule has the name `{name}`{}", near.unwrap_or_default());
    Err(Failure::trouble(format!("{message} (`agentgen rules` lists all)")))
}

fn nearest(name: &str) -> Option<&'static str> {
    let lint = || codes::ALL.iter().map(|code| code.name);
    let near = || lint().find(|known| strsim::jaro_winkler(name, known) > 0.9);
    rules::nearest(name).or_else(near)
}

fn heading(text: &str) -> String {
    let style = Style::new().bold().fg_color(Some(AnsiColor::Cyan.into()));
    format!("{style}{text}{style:#}")
}

fn explained(rule: &Rule, page: &Page<'_>) -> String {
    let axes: Vec<_> = rule.axes.iter().map(|axis| axis.name()).collect();
    let mut text = format!("{}\n\n{}\n\n", heading(page.title), wrapped(&page.summary, WIDTH));
    let _ = writeln!(text, "{}: {}", heading("Level"), rule.level.name());
    let _ = writeln!(text, "{}: {}", heading("Breaks"), axes.join(", "));
    let (backward, forward) = (rule.directions.backward.name(), rule.directions.forward.name());
    let at_worst = format!("new reads old: {backward}; old reads new: {forward}");
    let _ = writeln!(text, "{}: {at_worst}", heading("At worst"));
    if !rule.anchor.is_empty() {
        let _ = writeln!(text, "{}: {}", heading("In buf"), rule.anchor.join(", "));
    }
    let _ = write!(text, "\n{}\n\n{}\n", heading("Why"), wrapped(&page.why, WIDTH));
    let _ = write!(text, "\n{}\n\n{}\n", heading("Safe way"), wrapped(&page.safe_way, WIDTH));
    for case in &page.cases {
        let _ = write!(text, "\n{}\n\n", heading(case.heading));
        text.push_str(&difference(&case.old, &case.new));
        for line in case.findings.lines() {
            let _ = writeln!(text, "\n{line}");
        }
    }
    text
}

/// Both versions of a case as one text, with what is gone and what is new
/// marked.
fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let mark = |mark: &str, line: &str, color: Option<AnsiColor>| {
        let style = Style::new().fg_color(color.map(Into::into));
        format!("{style}{}{style:#}\n", format!("{mark} {line}").trim_end())
    };
    let (mut text, mut at, mut from) = (String::new(), 0, 0);
    for (old_at, new_at) in common(&old, &new).into_iter().chain([(old.len(), new.len())]) {
        old[at..old_at].iter().for_each(|line| text += &mark("-", line, Some(AnsiColor::Red)));
        new[from..new_at].iter().for_each(|line| text += &mark("+", line, Some(AnsiColor::Green)));
        if let Some(line) = old.get(old_at) {
            text += &mark(" ", line, None);
        }
        (at, from) = (old_at + 1, new_at + 1);
    }
    text
}

/// The places of a longest common subsequence, on both sides.
fn common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let mut lengths = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let skipped = lengths[i + 1][j].max(lengths[i][j + 1]);
            lengths[i][j] = if a == b { lengths[i + 1][j + 1] + 1 } else { skipped };
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if lengths[i + 1][j] >= lengths[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}
