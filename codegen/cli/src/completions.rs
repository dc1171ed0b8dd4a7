//! `agentgen completions`.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::console::{Failure, print};
use super::{Cli, Outcome};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  agentgen completions bash > ~/.local/share/bash-completion/completions/agentgen
  agentgen completions zsh > ~/.zfunc/_agentgen";

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "agentgen", &mut script);
    let script = String::from_utf8(script).map_err(Failure::trouble)?;
    Ok(print(&script)?)
}
