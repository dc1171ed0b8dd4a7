//! `agentgen rules`.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::Outcome;
use super::console::print;
use agentgen_codegen::compat::rule::Rule;
use agentgen_codegen::compat::rules;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// How to show them.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// For programs: an array of objects.
    Json,
}

const EXAMPLES: &str = "\
Examples:
  agentgen rules
  agentgen rules --format json
  agentgen explain field-removed";

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let text = match arguments.format {
        Format::Table => table(),
        Format::Json => format!("{:#}\n", rules::all().map(object).collect::<Value>()),
    };
    Ok(print(&text)?)
}

/// A block a family, the widths the same in all of them.
fn table() -> String {
    let width = rules::all().map(|rule| rule.name.len()).max().unwrap_or(0);
    let (mut text, mut family) = (String::new(), "");
    for rule in rules::all() {
        if rule.family != family {
            family = rule.family;
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}{family}");
        }
        let (name, level) = (rule.name, rule.level.name());
        let _ = writeln!(text, "  {name:width$}  {level:7}  {}", rule.summary);
    }
    text
}

fn object(rule: &'static Rule) -> Value {
    let axes: Vec<_> = rule.axes.iter().map(|axis| axis.name()).collect();
    json!({
        "name": rule.name,
        "family": rule.family,
        "summary": rule.summary,
        "level": rule.level.name(),
        "axes": axes,
        "directions": {
            "backward": rule.directions.backward.name(),
            "forward": rule.directions.forward.name(),
        },
        "anchor": rule.anchor,
    })
}
