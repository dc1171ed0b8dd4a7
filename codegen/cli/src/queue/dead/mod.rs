//! `agentgen queue dead`.

mod list;
mod show;
mod take;

use clap::{Args, Subcommand};

use agentgen::broker::Capability;
use agentgen::queue::{DeadLetter, dead_letters};

use super::broken;
use super::session::Session;
use crate::Outcome;
use crate::console::Failure;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  agentgen queue dead list --proto proto
  agentgen queue dead show archive.create.dead 7
  agentgen queue dead replay archive.create.dead
  agentgen queue dead purge archive.create.dead --yes";

#[derive(Debug, Subcommand)]
enum Command {
    /// List dead letters with their reasons.
    List(list::Arguments),
    /// Show one: reason, attempts, headers, body.
    Show(show::Arguments),
    /// Send them back to where they came from, each once, with all attempts.
    Replay(take::Replay),
    /// Remove them for good.
    Purge(take::Purge),
}

pub(super) async fn run(arguments: Arguments) -> Outcome {
    match arguments.command {
        Command::List(arguments) => list::run(arguments).await,
        Command::Show(arguments) => show::run(arguments).await,
        Command::Replay(arguments) => arguments.run().await,
        Command::Purge(arguments) => arguments.run().await,
    }
}

/// How many letters are read at once.
const PAGE: usize = 256;

/// The letters of a subject after a position.
async fn page(session: &Session, subject: &str, after: u64) -> Result<Vec<DeadLetter>, Failure> {
    if !session.broker.capabilities().has(Capability::Browse) {
        return Err(Failure::trouble(
            "this broker cannot list what it stores; `dead replay` and `dead purge` work",
        ));
    }
    dead_letters(&session.broker, subject, after, PAGE).await.map_err(broken)
}
