//! One `breaking` section.

use std::collections::BTreeSet;

use super::error::BufYamlError;
use super::node::Node;
use super::paths;
use crate::compat::anchor::{
    Checks, Version, default_rules, known_names, replacements_of, rules_named,
};

/// A `breaking` section, its names resolved, its paths from the folder of the
/// file.
#[derive(Clone, Debug)]
pub(super) struct Section {
    uses: Option<BTreeSet<&'static str>>,
    except: BTreeSet<&'static str>,
    ignore: Vec<Listed>,
    ignore_only: Vec<(BTreeSet<&'static str>, Vec<Listed>)>,
    ignore_unstable_packages: bool,
    disable_builtin: bool,
    version: Version,
    pub(super) warnings: Vec<String>,
    /// What to say where no rule is left.
    no_rule_left: Option<BufYamlError>,
}

/// A path, and what to say where it may not be.
#[derive(Clone, Debug)]
struct Listed {
    path: String,
    outside: BufYamlError,
}

const KEYS: [&str; 6] =
    ["use", "except", "ignore", "ignore_only", "ignore_unstable_packages", "disable_builtin"];

impl Section {
    /// The section of a file that has none.
    pub(super) fn nothing(version: Version) -> Self {
        Self {
            uses: None,
            except: BTreeSet::new(),
            ignore: Vec::new(),
            ignore_only: Vec::new(),
            ignore_unstable_packages: false,
            disable_builtin: false,
            version,
            warnings: Vec::new(),
            no_rule_left: None,
        }
    }

    pub(super) fn read(node: &Node<'_>, version: Version) -> Result<Self, BufYamlError> {
        node.only_keys(&KEYS)?;
        let mut section = Self {
            no_rule_left: Some(node.error("no rule is left; `use` a category or a rule")),
            ..Self::nothing(version)
        };
        for (key, value) in node.entries()? {
            match key.text("a key")? {
                "use" => {
                    let items = value.items()?;
                    let rules = section.rules(&items)?;
                    section.uses = (!items.is_empty()).then_some(rules);
                }
                "except" => section.except = section.rules(&value.items()?)?,
                "ignore" => section.ignore = listed(&value)?,
                "ignore_only" => {
                    for (name, paths) in value.entries()? {
                        let rules = section.rules(&[name])?;
                        section.ignore_only.push((rules, listed(&paths)?));
                    }
                }
                "ignore_unstable_packages" => section.ignore_unstable_packages = value.switch()?,
                _ => section.disable_builtin = value.switch()?,
            }
        }
        Ok(section)
    }

    /// The rules that names stand for.
    fn rules(&mut self, names: &[Node<'_>]) -> Result<BTreeSet<&'static str>, BufYamlError> {
        let mut rules = BTreeSet::new();
        for node in names {
            let name = node.text("the name of a rule or category")?;
            let Some(found) = rules_named(name, self.version) else {
                return Err(unknown(node, name, self.version));
            };
            if let Some(replacements) = replacements_of(name, self.version) {
                let instead = match replacements {
                    [] => "it does nothing".to_owned(),
                    some => format!("it stands for `{}`", some.join("`, `")),
                };
                self.warnings
                    .push(node.error(&format!("`{name}` is deprecated; {instead}")).to_string());
            }
            rules.extend(found);
        }
        Ok(rules)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.uses.is_none()
            && self.except.is_empty()
            && self.ignore.is_empty()
            && self.ignore_only.is_empty()
            && !self.ignore_unstable_packages
            && !self.disable_builtin
    }

    /// Fails at a path outside the folder.
    pub(super) fn paths_lie_in(&self, folder: &str) -> Result<(), BufYamlError> {
        let only = self.ignore_only.iter().flat_map(|(_, paths)| paths);
        match self.ignore.iter().chain(only).find(|l| paths::inside(&l.path, folder).is_none()) {
            Some(outside) => Err(outside.outside.clone()),
            None => Ok(()),
        }
    }

    /// The checks for the module in a folder; paths outside it do not matter
    /// to it. To ignore the whole folder is to check nothing.
    pub(super) fn checks_in(&self, folder: &str) -> Result<Checks, BufYamlError> {
        let from_folder = |listed: &[Listed]| -> Vec<_> {
            listed.iter().filter_map(|l| paths::inside(&l.path, folder)).collect()
        };
        let mut checks = Checks {
            ignore: from_folder(&self.ignore),
            ignore_unstable_packages: self.ignore_unstable_packages,
            ..Checks::default()
        };
        for (rules, paths) in &self.ignore_only {
            for rule in rules {
                checks.ignore_only.entry(rule).or_default().extend(from_folder(paths));
            }
        }
        if checks.ignore.iter().any(|path| path == ".") {
            return Ok(checks);
        }
        checks.rules = match &self.uses {
            Some(uses) => uses.clone(),
            None => default_rules(self.version).into_iter().collect(),
        };
        checks.rules.retain(|rule| !self.except.contains(rule) && !self.disable_builtin);
        match &self.no_rule_left {
            Some(error) if checks.rules.is_empty() => Err(error.clone()),
            _ => Ok(checks),
        }
    }
}

fn listed(list: &Node<'_>) -> Result<Vec<Listed>, BufYamlError> {
    let read = |item: Node<'_>| {
        let path = paths::read(&item)?;
        let outside = item.error(&format!("`{path}` does not lie in the folder of its module"));
        Ok(Listed { path, outside })
    };
    list.items()?.into_iter().map(read).collect()
}

fn unknown(node: &Node<'_>, name: &str, version: Version) -> BufYamlError {
    let near = known_names(version)
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, _)| *distance <= 3)
        .min();
    let hint = match near {
        Some((_, known)) => format!("; did you mean `{known}`?"),
        None => String::new(),
    };
    node.error(&format!("`{name}` is no rule or category of version `{}`{hint}", version.name()))
}
