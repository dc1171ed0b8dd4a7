//! `agentgen gen`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::console::{Failure, note, print};
use super::inputs::{Inputs, failure};
use super::{Outcome, config::Config};
use agentgen_codegen::diagnostic::render;
use agentgen_codegen::emit::{
    self, AsyncApiBinding, EMITTERS, Group, OpenApiVersion, OutputFile, Selection,
};
use agentgen_codegen::output;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, after_long_help = long_help())]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    /// Write to this folder [default: `out` of agentgen.toml].
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to emit, separated by commas [default: `emit` of agentgen.toml, or
    /// rust].
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    emit: Vec<String>,
    /// The versions of OpenAPI documents, separated by commas: 3.0, 3.1, 3.2
    /// [default: `openapi` of agentgen.toml, or 3.1]. The first is openapi.json
    /// and is served; others stand beside it, as openapi-3.0.json.
    #[arg(long, value_name = "VERSIONS", value_delimiter = ',')]
    openapi_version: Vec<OpenApiVersion>,
    /// The brokers that get an AsyncAPI document in their terms, beside the one
    /// for all of them, separated by commas: amqp, kafka, nats, redis [default:
    /// `asyncapi` of agentgen.toml].
    #[arg(long, value_name = "BROKERS", value_delimiter = ',')]
    asyncapi_binding: Vec<AsyncApiBinding>,
    /// Write nothing; list the files that are not as they would be written,
    /// and exit with 1 if there are any.
    #[arg(long)]
    check: bool,
}

const EXAMPLES: &str = "\
Examples:
  agentgen gen proto/summarizer.proto -o src/gen
  agentgen gen proto -I third_party -o src/gen --emit rust,openapi
  agentgen gen proto -o docs --emit openapi --openapi-version 3.1,3.0
  agentgen gen proto -o docs --emit asyncapi --asyncapi-binding nats,kafka
  agentgen gen --check

Exit codes: 0 done, 1 the contract has errors or --check finds differences,
2 it cannot be tried.";

/// The examples, and the emitters from their table.
fn long_help() -> String {
    let mut help = String::from("Emitters:\n");
    for group in [Group::Rust, Group::Documents] {
        let _ = writeln!(help, "  {:<18} all of:", group.name());
        for emitter in EMITTERS.iter().filter(|emitter| emitter.group == group) {
            let _ = writeln!(help, "    {:<18} {}", emitter.name, emitter.doc);
        }
    }
    help + "\n" + EXAMPLES
}

pub(super) fn run(arguments: Arguments) -> Outcome {
    let command = Command::of(&arguments);
    let workspace = arguments.inputs.load()?;
    let selection = selection(&arguments.emit, &arguments.openapi_version, &workspace.config)?;
    let bindings = bindings(&arguments.asyncapi_binding, &workspace.config)?;
    let selection = selection.asyncapi(bindings);
    let Some(out) = arguments.out.or(workspace.config.out) else {
        let help = "no output folder: name one with -o, or as `out` in agentgen.toml";
        return Err(Failure::trouble(help));
    };
    let (loaded, texts) = (&workspace.loaded, workspace.loaded.sources.texts());
    if loaded.has_errors() {
        return Err(failure(&loaded.diagnostics, texts));
    }
    if !loaded.diagnostics.is_empty() {
        note(&render(&loaded.diagnostics, &|file| texts.get(file), true));
    }
    let files = emit::files(&loaded.contract, &selection)
        .map_err(|diagnostics| failure(&diagnostics, texts))?;
    let warnings = emit::warnings(&loaded.contract, &selection);
    if !warnings.is_empty() {
        note(&render(&warnings, &|file| texts.get(file), true));
    }
    if arguments.check { check(&out, &files, &command) } else { write(&out, &files) }
}

fn selection(
    names: &[String],
    versions: &[OpenApiVersion],
    config: &Config,
) -> Result<Selection, Failure> {
    let names = if names.is_empty() { &*config.emit } else { names };
    let selection = if names.is_empty() {
        Selection::default()
    } else {
        Selection::new(names).map_err(Failure::trouble)?
    };
    if !versions.is_empty() {
        return Ok(selection.openapi(versions.iter().copied()));
    }
    let configured: Result<Vec<_>, _> =
        config.openapi.iter().map(|version| version.parse::<OpenApiVersion>()).collect();
    Ok(selection.openapi(
        configured
            .map_err(|error| Failure::trouble(format!("`openapi` in agentgen.toml: {error}")))?,
    ))
}

fn bindings(chosen: &[AsyncApiBinding], config: &Config) -> Result<Vec<AsyncApiBinding>, Failure> {
    if !chosen.is_empty() {
        return Ok(chosen.to_vec());
    }
    let configured = config.asyncapi.iter().map(|name| name.parse::<AsyncApiBinding>());
    let configured: Result<Vec<_>, _> = configured.collect();
    configured.map_err(|error| Failure::trouble(format!("`asyncapi` in agentgen.toml: {error}")))
}

fn write(out: &Path, files: &[OutputFile]) -> Outcome {
    let report = output::write(out, files)
        .map_err(|error| Failure::trouble(format!("{}: {error}", out.display())))?;
    note(&format!(
        "{}: {} written, {} removed, {} unchanged",
        out.display(),
        report.written.len(),
        report.removed.len(),
        report.unchanged
    ));
    Ok(())
}

fn check(out: &Path, files: &[OutputFile], command: &Command) -> Outcome {
    let differences = output::check(out, files)
        .map_err(|error| Failure::trouble(format!("{}: {error}", out.display())))?;
    if differences.is_empty() {
        return Ok(());
    }
    let lines = differences.iter().fold(String::new(), |all, line| all + &line.to_string() + "\n");
    print(&lines)?;
    note(&format!("{} is not what the contract gives; run `{}`", out.display(), command.0));
    Err(Failure::Findings)
}

/// The command line that would write, without `--check`.
struct Command(String);

impl Command {
    fn of(arguments: &Arguments) -> Self {
        let mut line = format!("agentgen gen{}", arguments.inputs.words());
        if let Some(out) = &arguments.out {
            let _ = write!(line, " -o {}", out.display());
        }
        if !arguments.emit.is_empty() {
            let _ = write!(line, " --emit {}", arguments.emit.join(","));
        }
        if !arguments.openapi_version.is_empty() {
            let versions: Vec<_> =
                arguments.openapi_version.iter().map(|version| version.number()).collect();
            let _ = write!(line, " --openapi-version {}", versions.join(","));
        }
        if !arguments.asyncapi_binding.is_empty() {
            let names: Vec<_> =
                arguments.asyncapi_binding.iter().map(|binding| binding.name()).collect();
            let _ = write!(line, " --asyncapi-binding {}", names.join(","));
        }
        Self(line)
    }
}
