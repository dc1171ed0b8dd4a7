//! `agentgen new`.

use std::fs;
use std::path::PathBuf;

use agentgen_templates::{TEMPLATES, Template};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Outcome;
use super::console::{Failure, note};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The name of the project and of its folder, such as `ticket-triage`.
    name: String,
    /// The scaffold to start from.
    #[arg(long, default_value = TEMPLATES[0].name, value_parser = names())]
    template: String,
    /// The folder to make [default: NAME].
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  agentgen new ticket-triage
  agentgen new ticket-triage -o agents/triage";

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(
        TEMPLATES
            .iter()
            .map(|template| clap::builder::PossibleValue::new(template.name).help(template.about)),
    )
}

pub(super) fn run(arguments: Arguments) -> Outcome {
    let template = Template::find(&arguments.template)
        .ok_or_else(|| Failure::trouble(format!("there is no template {}", arguments.template)))?;
    let files = template.render(&arguments.name).map_err(Failure::trouble)?;
    let folder = arguments.out.unwrap_or_else(|| PathBuf::from(&arguments.name));
    let failed = |error| Failure::trouble(format!("{}: {error}", folder.display()));
    if folder.exists() {
        return Err(Failure::trouble(format!("{} exists already", folder.display())));
    }
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&folder)).map_err(failed)?;
        fs::write(path, text).map_err(failed)?;
    }
    note(&format!("{} is ready: `cd {} && cargo run`", arguments.name, folder.display()));
    Ok(())
}
