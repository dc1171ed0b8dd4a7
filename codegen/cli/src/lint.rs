//! `agentgen lint`.

use clap::Args;

use super::Outcome;
use super::console::{Failure, note, print};
use super::inputs::Inputs;
use agentgen_codegen::diagnostic::{Severity, render};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
}

const EXAMPLES: &str = "\
Examples:
  agentgen lint proto/summarizer.proto
  agentgen lint proto -I third_party

Exit codes: 0 at most notes, 1 errors or warnings, 2 it cannot be tried.";

/// Fails on warnings too; notes are told and pass.
pub(super) fn run(arguments: Arguments) -> Outcome {
    let loaded = arguments.inputs.load()?.loaded;
    let texts = loaded.sources.texts();
    let report = render(&loaded.diagnostics, &|file| texts.get(file), true);
    if !report.is_empty() {
        print(&(report + "\n"))?;
    }
    let count =
        |severity| loaded.diagnostics.iter().filter(|found| found.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    note(&format!("errors: {errors}, warnings: {warnings}, notes: {}", count(Severity::Note)));
    if errors + warnings == 0 { Ok(()) } else { Err(Failure::Findings) }
}
