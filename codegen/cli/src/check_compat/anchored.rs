//! What the anchor says: the profiles `buf:*`, and the section `breaking` of a
//! `buf.yaml`.

use std::path::{Path, PathBuf};

use super::Arguments;
use super::sides::Sides;
use crate::Outcome;
use crate::console::{Failure, note, print};
use agentgen_codegen::compat::anchor::{self, Annotation, Category, Settings};
use agentgen_codegen::compat::buf_yaml::BufYaml;
use agentgen_codegen::compat::input::select;

/// What profiles of the anchor begin with.
const PREFIX: &str = "buf:";

/// The names of the profiles.
pub(super) const NAMES: [&str; 5] =
    ["buf:FILE", "buf:PACKAGE", "buf:WIRE_JSON", "buf:WIRE", "buf:CSR"];

/// What to ask the anchor.
pub(super) enum Request {
    Category(Category),
    Config(BufYaml),
}

impl Request {
    /// What a profile or a configuration asks of the anchor; `None` where they
    /// ask for the native rules.
    pub(super) fn of(
        profile: Option<&str>,
        config: Option<&Path>,
    ) -> Result<Option<Self>, Failure> {
        if let Some(path) = config {
            let config = BufYaml::read(path).map_err(Failure::trouble)?;
            config.warnings().iter().for_each(|warning| note(&format!("warning: {warning}")));
            return Ok(Some(Self::Config(config)));
        }
        let category = profile.and_then(|name| name.strip_prefix(PREFIX)).and_then(Category::named);
        Ok(category.map(Self::Category))
    }

    fn settings(&self, new: &str) -> Settings {
        match self {
            Self::Category(category) => Settings::from(*category),
            Self::Config(config) => config.settings(new),
        }
    }
}

pub(super) fn run(
    request: &Request,
    arguments: &Arguments,
    includes: &[PathBuf],
    sides: &Sides,
) -> Outcome {
    refuse(arguments)?;
    let settings = request.settings(sides.new_argument());
    let judged = sides.compare(includes, |old_side, new_side| {
        let selection = select(old_side, new_side)?;
        let (old, new) = selection.read()?;
        Ok(anchor::check(&old, &new, old_side, new_side, &settings))
    })?;
    let mut annotations: Vec<Annotation> = Vec::new();
    for found in judged.into_iter().flat_map(|(_, found)| found) {
        if !annotations.contains(&found) {
            annotations.push(found);
        }
    }
    let limit = arguments.limit.filter(|limit| *limit > 0).unwrap_or(usize::MAX);
    if arguments.state {
        print(if annotations.is_empty() { "compatible\n" } else { "incompatible\n" })?;
    } else {
        let line = if arguments.format == "json" { Annotation::json_line } else { text };
        let lines = annotations.iter().take(limit).map(|found| line(found) + "\n");
        print(&lines.collect::<String>())?;
    }
    if annotations.is_empty() { Ok(()) } else { Err(Failure::Findings) }
}

/// What the anchor knows nothing of is refused, not left out.
fn refuse(arguments: &Arguments) -> Outcome {
    let accepting = &arguments.accepting;
    let given = [
        ("--mode", arguments.mode.is_some()),
        ("--witness", arguments.witness),
        ("--accept", accepting.accept),
        ("--accept-file", accepting.accept_file.is_some()),
    ];
    if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
        let message = format!("{option} is for the native profiles: the anchor has no such thing");
        return Err(Failure::trouble(message));
    }
    match arguments.format.as_str() {
        "text" | "json" => Ok(()),
        other => {
            let message =
                format!("the anchor's findings have the formats text and json, not {other}");
            Err(Failure::trouble(message))
        }
    }
}

/// `file:line:column: message (RULE)`.
fn text(found: &Annotation) -> String {
    let path = found.path.as_deref().unwrap_or("<input>");
    let (line, column) = (found.position.start_line, found.position.start_column);
    format!("{path}:{line}:{column}: {} ({})", found.message, found.rule)
}
