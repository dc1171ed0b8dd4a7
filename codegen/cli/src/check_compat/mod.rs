//! `agentgen check-compat`.

mod accepting;
mod anchored;
mod sides;

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Outcome;
use super::config::Config;
use super::console::{Failure, note, print};
use accepting::Accepting;
use agentgen_codegen::compat::accept::Date;
use agentgen_codegen::compat::input::InputError;
use agentgen_codegen::compat::render::{RENDERERS, Renderer, Style, json_schema};
use agentgen_codegen::compat::report::{
    MODES, Mode, PROFILES, Profile, Report, Settings, State, check,
};
use agentgen_codegen::diagnostic::render;
use sides::{Configs, Sides};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, after_long_help = long_help())]
pub(super) struct Arguments {
    /// What was: a .proto file, a folder, a descriptor image, git:REF:PATH, or -
    /// for standard input. Left out with --against-tags, and where agentgen.toml
    /// names a baseline.
    #[arg(value_name = "OLD")]
    first: Option<String>,
    /// What is, in any of these forms [default: the one of `protos` in
    /// agentgen.toml].
    #[arg(value_name = "NEW")]
    second: Option<String>,
    /// Look imports up in this folder; may be repeated [default: `includes` of
    /// agentgen.toml].
    #[arg(short = 'I', long = "include", value_name = "DIR")]
    includes: Vec<PathBuf>,
    #[command(flatten)]
    configs: Configs,
    /// Which findings count [default: `profile` of agentgen.toml, or all].
    #[arg(long, value_name = "NAME", value_parser = names(PROFILES.iter().map(|row| row.1).chain(anchored::NAMES)))]
    profile: Option<String>,
    /// Which directions count [default: `mode` of agentgen.toml, or the one
    /// for servers that are deployed first].
    #[arg(long, value_name = "NAME", ignore_case = true,
        value_parser = names(MODES.iter().map(|row| row.1)))]
    mode: Option<String>,
    /// How to show the report.
    #[arg(long, value_name = "NAME", default_value = "text",
        value_parser = names(RENDERERS.iter().map(|row| row.name)))]
    format: String,
    /// Show at most so many findings; 0 shows all [default: 50 for text and
    /// markdown, else all].
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Check what the section `breaking` of this buf.yaml asks for, with buf's
    /// rules instead of our own.
    #[arg(long, value_name = "FILE", conflicts_with = "profile")]
    config: Option<PathBuf>,
    /// Check against NEW as it was at every git tag that matches, such as
    /// 'v*'.
    #[arg(long, value_name = "GLOB")]
    against_tags: Option<String>,
    /// Show a payload that one side writes and the other misreads, where one
    /// exists.
    #[arg(long)]
    witness: bool,
    /// Print one word instead of a report: unchanged, compatible or
    /// incompatible.
    #[arg(long, conflicts_with = "accept")]
    state: bool,
    #[command(flatten)]
    accepting: Accepting,
    /// Print the JSON Schema of `--format json`, and check nothing.
    #[arg(long, exclusive = true)]
    schema: bool,
}

const EXAMPLES: &str = "\
Examples:
  agentgen check-compat old.proto new.proto
  agentgen check-compat git:main:proto proto --format github
  agentgen check-compat --against-tags 'v*' proto
  agentgen check-compat git:main:proto proto --accept --reason 'nobody calls it' --expires 2027-01-31

Exit codes: 0 compatible, 1 something breaks, 2 it cannot be judged.";

/// The examples, and what can be chosen, from the tables.
fn long_help() -> String {
    let table = |title: &str, rows: Vec<(&str, &str)>| {
        let lines = rows.iter().map(|(name, doc)| format!("  {name:<13} {doc}\n"));
        format!("{title}:\n{}\n", lines.collect::<String>())
    };
    let mut profiles: Vec<_> = PROFILES.iter().map(|row| (row.1, row.2)).collect();
    profiles.push(("buf:FILE …", "what buf finds in this category, and where; text and json"));
    table("Profiles", profiles)
        + &table("Modes", MODES.iter().map(|row| (row.1, row.2)).collect())
        + &table("Formats", RENDERERS.iter().map(|row| (row.name, row.doc)).collect())
        + EXAMPLES
}

fn names(names: impl Iterator<Item = &'static str>) -> PossibleValuesParser {
    PossibleValuesParser::new(names.collect::<Vec<_>>())
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    if arguments.schema {
        return Ok(print(&json_schema())?);
    }
    let config = Config::find(&std::env::current_dir()?)?;
    let includes =
        if arguments.includes.is_empty() { &config.includes } else { &arguments.includes };
    let given: Vec<&str> =
        [&arguments.first, &arguments.second].into_iter().filter_map(Option::as_deref).collect();
    let sides =
        Sides::choose(&given, arguments.against_tags.as_deref(), &arguments.configs, &config)?;
    let profile = arguments.profile.as_ref().or(config.compat.profile.as_ref());
    let anchor = anchored::Request::of(profile.map(String::as_str), arguments.config.as_deref())?;
    if let Some(request) = anchor {
        return anchored::run(&request, arguments, includes, &sides);
    }
    let settings = settings(arguments, &config)?;
    let report = native(&sides, includes, &settings)?;
    if arguments.accepting.accept {
        return arguments.accepting.write(&report, settings.accepted);
    }
    if arguments.state {
        print(&format!("{}\n", report.state().name()))?;
    } else {
        print(&shown(&report, arguments))?;
    }
    if report.state() == State::Incompatible { Err(Failure::Findings) } else { Ok(()) }
}

/// The report about all old sides.
fn native(sides: &Sides, includes: &[PathBuf], settings: &Settings) -> Result<Report, Failure> {
    let judged = sides.compare(includes, |old, new| check(old, new, settings))?;
    let reports = judged.into_iter().map(|(baseline, mut report)| {
        report.name_baseline(&baseline);
        report
    });
    Report::merge(reports.collect()).ok_or_else(|| Failure::trouble("there is no old side"))
}

fn shown(report: &Report, arguments: &Arguments) -> String {
    let named = |row: &&Renderer| row.name == arguments.format;
    let renderer = RENDERERS.iter().find(named).unwrap_or(&RENDERERS[0]);
    let limit = match arguments.limit {
        None => renderer.limit,
        Some(0) => usize::MAX,
        Some(limit) => limit,
    };
    (renderer.render)(report, Style { color: true, limit })
}

fn settings(arguments: &Arguments, config: &Config) -> Result<Settings, Failure> {
    let chosen = |argument: &Option<String>, configured: &Option<String>| {
        argument.clone().or_else(|| configured.clone())
    };
    let profile = match chosen(&arguments.profile, &config.compat.profile) {
        None => Profile::default(),
        Some(name) => Profile::named(&name).ok_or_else(|| {
            unknown("profile", &name, PROFILES.iter().map(|row| row.1).chain(anchored::NAMES))
        })?,
    };
    let mode = match chosen(&arguments.mode, &config.compat.mode) {
        None => Mode::default(),
        Some(name) => Mode::named(&name)
            .ok_or_else(|| unknown("mode", &name, MODES.iter().map(|row| row.1)))?,
    };
    let accepted = arguments.accepting.read(config)?;
    Ok(Settings { profile, mode, accepted, witness: arguments.witness, today: Date::today() })
}

/// What is said of a name in agentgen.toml that is not in a table.
fn unknown<'n>(what: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Failure {
    let known: Vec<_> = known.collect();
    Failure::trouble(format!("agentgen.toml: no {what} `{name}`; known are {}", known.join(", ")))
}

/// Tells why a side cannot be judged.
fn trouble(error: &InputError) -> Failure {
    match error.source_error() {
        None => Failure::trouble(error),
        Some(source) => {
            note(&render(&source.diagnostics, &|file| source.texts.get(file), true));
            Failure::trouble("a side does not compile")
        }
    }
}
