//! The `agentgen` binary. The only place that prints and decides on exit codes:
//! 0 is fine, 1 is findings about the contract, 2 is a wrong command line or
//! files that cannot be read or written.
//!
//! What a program would read goes to standard output, all else to standard
//! error.

mod check_compat;
mod completions;
mod config;
mod console;
mod explain;
mod generate;
mod inputs;
mod lint;
mod new;
#[cfg(feature = "queue")]
mod queue;
mod routes;
mod rules;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use console::{Color, Failure};

/// From one .proto agent contract: gRPC, REST, SSE, queue, clients, documents.
#[derive(Debug, Parser)]
#[command(name = "agentgen", version, after_help = EXAMPLES)]
struct Cli {
    /// When to colour output.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  agentgen gen proto/summarizer.proto -o src/gen
  agentgen routes proto/summarizer.proto
  agentgen lint proto
  agentgen check-compat git:main:proto proto
  agentgen queue inspect --broker sqlite:work.db --proto proto
  agentgen new ticket-triage

What is repeated can stand in agentgen.toml, in this folder or one above:
  protos = [\"proto\"]
  out = \"src/gen\"
  emit = [\"rust\", \"openapi\"]
  [compat]
  baseline = \"git:main:proto\"

Exit codes: 0 done, 1 findings about the contract, 2 it cannot be tried:
a wrong command line, or files that cannot be read or written.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate code and documents from a contract.
    Gen(generate::Arguments),
    /// Say what breaks between two versions of a contract, for whom, and who
    /// has to be deployed first.
    CheckCompat(Box<check_compat::Arguments>),
    /// List the rules of check-compat.
    Rules(rules::Arguments),
    /// Explain a rule.
    Explain(explain::Arguments),
    /// Say everything that is wrong with a contract.
    Lint(lint::Arguments),
    /// Show where each rpc is reachable.
    Routes(routes::Arguments),
    /// Look into a queue: what waits, what was given up; send it back.
    #[cfg(feature = "queue")]
    Queue(queue::Arguments),
    /// Start a project.
    New(new::Arguments),
    /// Print a completion script for a shell.
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.color.apply();
    let outcome = match cli.command {
        Command::Gen(arguments) => generate::run(arguments),
        Command::CheckCompat(arguments) => check_compat::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Lint(arguments) => lint::run(arguments),
        Command::Routes(arguments) => routes::run(arguments),
        #[cfg(feature = "queue")]
        Command::Queue(arguments) => queue::run(arguments),
        Command::New(arguments) => new::run(arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => console::fail(&failure),
    }
}

/// How a command ends.
type Outcome = Result<(), Failure>;
