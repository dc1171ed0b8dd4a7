//! Which two sides a command line names, and the checks that follow.

use std::io::{IsTerminal as _, stderr};
use std::path::{Path, PathBuf};

use clap::Args;

use super::trouble;
use crate::config::Config;
use crate::console::{Failure, note};
use agentgen_codegen::compat::input::{InputError, Side, git_tags};

/// The sides of a check.
pub(super) struct Sides {
    old: Old,
    new: String,
    configs: Configs,
}

/// The service configs of the sides: paths, or `git:REF:PATH`.
#[derive(Debug, Default, Args)]
pub(super) struct Configs {
    /// Lay this service config over both sides; a relative path is looked up
    /// under the ref of a side in git [default: `service_config` of
    /// agentgen.toml].
    #[arg(long = "service-config", value_name = "FILE")]
    both: Option<String>,
    /// The service config of OLD, where it is another one: a file, or
    /// git:REF:PATH.
    #[arg(long = "old-service-config", value_name = "FILE")]
    old: Option<String>,
    /// The service config of NEW, where it is another one.
    #[arg(long = "new-service-config", value_name = "FILE")]
    new: Option<String>,
}

impl Configs {
    /// The arguments, filled up with the settings.
    pub(super) fn or(&self, config: &Config) -> Self {
        let configured = || config.sidecar.as_ref().map(|path| path.display().to_string());
        let both = self.both.clone().or_else(configured);
        let (old, new) = (self.old.clone(), self.new.clone());
        Self { old: old.or_else(|| both.clone()), new: new.or_else(|| both.clone()), both }
    }

    fn lay(&self, old: Side, new: Side) -> Result<(Side, Side), InputError> {
        Ok((old.configured(self.old.as_deref())?, new.configured(self.new.as_deref())?))
    }
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
        configs: &Configs,
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
        Ok(Self { old, new, configs: configs.or(config) })
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
                .and_then(|(old_side, new)| self.configs.lay(old_side, new))
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
        let new = Side::open(&self.new, includes)?.configured(self.configs.new.as_deref())?;
        let (count, mut judged) = (tags.len(), Vec::with_capacity(tags.len()));
        for (index, tag) in tags.into_iter().enumerate() {
            if stderr().is_terminal() {
                note(&format!("{tag} ({} of {count})", index + 1));
            }
            let old = Side::open(&format!("git:{tag}:{path}"), includes)?;
            let old = old.configured(self.configs.old.as_deref())?;
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
