//! Which two sides a command line names, and the checks that follow.

use std::io::{IsTerminal as _, stderr};
use std::path::{Path, PathBuf};

use super::trouble;
use crate::cli::config::Config;
use crate::cli::console::{Failure, note};
use crate::compat::input::{InputError, Side, git_tags};

/// The sides of a check.
pub(super) struct Sides {
    old: Old,
    new: String,
}

enum Old {
    One(String),
    /// The new side's path at every tag that matches.
    Tags(String),
}

impl Sides {
    /// The sides that arguments and settings name.
    pub(super) fn choose(
        arguments: &[&str],
        tags: Option<&str>,
        config: &Config,
    ) -> Result<Self, Failure> {
        let (old, new) = match (arguments, tags) {
            ([old, new], None) => (Old::One((*old).to_owned()), (*new).to_owned()),
            ([_, _], Some(_)) => {
                let message =
                    "with --against-tags, name the new side alone: the tags are the old ones";
                return Err(Failure::trouble(message));
            }
            (given, Some(glob)) => (Old::Tags(glob.to_owned()), new_side(given, config)?),
            (given, None) => {
                let message = "no old side: name OLD and NEW, or --against-tags, or `baseline` \
                               under [compat] in agentgen.toml";
                let old = config.compat.baseline.clone();
                (Old::One(old.ok_or_else(|| Failure::trouble(message))?), new_side(given, config)?)
            }
        };
        Ok(Self { old, new })
    }

    /// How the new side was named.
    pub(super) fn new_argument(&self) -> &str {
        &self.new
    }

    /// Judges the new side against each old one, which has a name.
    pub(super) fn compare<T>(
        &self,
        includes: &[PathBuf],
        judge: impl Fn(&Side, &Side) -> Result<T, InputError>,
    ) -> Result<Vec<(String, T)>, Failure> {
        let judged = match &self.old {
            Old::One(old) => Side::open_both(old, &self.new, includes)
                .and_then(|(old_side, new)| Ok(vec![(old.clone(), judge(&old_side, &new)?)])),
            Old::Tags(glob) => {
                let path = self.path_in_repository()?;
                self.compare_tags(glob, &path, includes, judge)
            }
        };
        judged.map_err(|error| trouble(&error))
    }

    fn compare_tags<T>(
        &self,
        glob: &str,
        path: &str,
        includes: &[PathBuf],
        judge: impl Fn(&Side, &Side) -> Result<T, InputError>,
    ) -> Result<Vec<(String, T)>, InputError> {
        let tags = git_tags(glob)?;
        let new = Side::open(&self.new, includes)?;
        let (count, mut judged) = (tags.len(), Vec::with_capacity(tags.len()));
        for (index, tag) in tags.into_iter().enumerate() {
            if stderr().is_terminal() {
                note(&format!("{tag} ({} of {count})", index + 1));
            }
            let old = Side::open(&format!("git:{tag}:{path}"), includes)?;
            judged.push((tag, judge(&old, &new)?));
        }
        Ok(judged)
    }

    /// Where the new side stands in its repository: what a tag is asked for.
    fn path_in_repository(&self) -> Result<String, Failure> {
        if let Some(spec) = self.new.strip_prefix("git:") {
            let path = spec.split_once(':').map_or("", |(_, path)| path);
            return Ok(path.to_owned());
        }
        let path = Path::new(&self.new);
        if self.new == "-" || path.is_absolute() {
            let message = format!(
                "--against-tags needs a path in the repository, from the current folder; `{}` is none",
                self.new
            );
            return Err(Failure::trouble(message));
        }
        Ok(format!("./{}", self.new.trim_start_matches("./")))
    }
}

fn new_side(given: &[&str], config: &Config) -> Result<String, Failure> {
    match (given, &*config.protos) {
        ([new, ..], _) => Ok((*new).to_owned()),
        ([], [proto]) => Ok(proto.display().to_string()),
        ([], _) => {
            let message =
                "no new side: name it, or one file or folder as `protos` in agentgen.toml";
            Err(Failure::trouble(message))
        }
    }
}
