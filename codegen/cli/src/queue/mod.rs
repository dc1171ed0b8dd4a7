//! `agentgen queue`: what waits on a broker, what was given up, and what
//! becomes of it.

mod body;
mod dead;
mod inspect;
mod message;
mod session;
mod table;
mod tail;

use clap::{Args, Subcommand, ValueEnum};

use super::Outcome;
use super::console::Failure;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  agentgen queue inspect --broker sqlite:work.db --proto proto
  agentgen queue dead list --broker nats://queue.internal archive.create.dead
  agentgen queue dead replay --broker redis://127.0.0.1/0 archive.create.dead
  agentgen queue tail --broker sqlite:work.db archive.create

The URL of the broker can stand in the variable AGENTGEN_BROKER, or as `broker` in
agentgen.toml.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Count what is stored: ready, delayed, leased, dead letters.
    Inspect(inspect::Arguments),
    /// Look at dead letters, send them back, or remove them.
    Dead(dead::Arguments),
    /// Follow a subject without taking anything off it.
    Tail(tail::Arguments),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

pub(super) fn run(arguments: Arguments) -> Outcome {
    // One thread is enough to ask and to wait.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match arguments.command {
            Command::Inspect(arguments) => inspect::run(arguments).await,
            Command::Dead(arguments) => dead::run(arguments).await,
            Command::Tail(arguments) => tail::run(arguments).await,
        }
    })
}

/// A broker that did not do what it was asked.
fn broken(error: agentgen::broker::Error) -> Failure {
    Failure::trouble(error)
}
