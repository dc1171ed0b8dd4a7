//! The `breaking` section of a `buf.yaml`, versions `v1beta1`, `v1` and `v2`,
//! as settings for the anchor's rules. Its other sections are not read: they
//! say how to build, lint or generate.

mod error;
mod node;
mod paths;
mod section;
#[cfg(test)]
mod tests;

use std::path::Path;

pub use error::BufYamlError;

use super::anchor::{Checks, Settings, Version};
use node::Node;
use section::Section;

use crate::yaml;

/// A `buf.yaml`.
#[derive(Clone, Debug)]
pub struct BufYaml {
    /// The folder it lies in.
    folder: std::path::PathBuf,
    /// What holds where no module says otherwise.
    top: Checks,
    /// The folders of its modules, from its own folder, and what holds there.
    modules: Vec<(String, Checks)>,
    warnings: Vec<String>,
}

fn read(text: &str, shown: &str) -> Result<Option<yaml::Tree>, BufYamlError> {
    let at =
        |error: yaml::YamlError| BufYamlError::at(shown, error.line, error.column, &error.what);
    yaml::read(text).map_err(at)
}

/// The keys of a file; anything else is a mistake.
const KEYS: [&str; 9] =
    ["version", "name", "deps", "build", "lint", "breaking", "modules", "plugins", "policies"];
/// The keys of a module in `modules`.
const MODULE_KEYS: [&str; 6] = ["path", "name", "includes", "excludes", "lint", "breaking"];

impl BufYaml {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, BufYamlError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| BufYamlError::file(&shown, &format!("cannot be read: {error}")))?;
        let mut read = Self::parse(&text, &shown)?;
        read.folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(read)
    }

    /// Reads the text of a file that errors call `shown`.
    pub fn parse(text: &str, shown: &str) -> Result<Self, BufYamlError> {
        let Some(tree) = read(text, shown)? else {
            return Err(BufYamlError::file(shown, "the file is empty; `version` is missing"));
        };
        let root = Node::new(&tree, shown);
        root.only_keys(&KEYS)?;
        let version = version(&root)?;
        let mut warnings = Vec::new();
        for key in ["plugins", "policies"] {
            if let Some(found) = root.get(key)? {
                warnings.push(found.error(&format!("rules of `{key}` are not run")).to_string());
            }
        }
        let mut section = match root.get("breaking")? {
            Some(breaking) => Section::read(&breaking, version)?,
            None => Section::nothing(version),
        };
        warnings.append(&mut section.warnings);
        let modules = modules(&root, version, &section, &mut warnings)?;
        let top = section.checks_in(".")?;
        Ok(Self { folder: std::path::PathBuf::new(), top, modules, warnings })
    }

    /// What it says that has no effect, a sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The settings for a side that was opened by this argument: those of a
    /// module where the argument is its folder, else those of the file with
    /// the modules that lie below the argument.
    pub fn settings(&self, argument: &str) -> Settings {
        let named = self.modules.iter().find(|(folder, _)| self.is_folder(folder, argument));
        match named {
            Some((_, checks)) => Settings::from(checks.clone()),
            None => Settings::of_modules(self.modules.iter().cloned(), self.top.clone()),
        }
    }

    /// Whether an argument names the folder of a module.
    fn is_folder(&self, module: &str, argument: &str) -> bool {
        if let Some(in_git) = argument.strip_prefix("git:") {
            let path = in_git.rsplit_once(':').map_or("", |(_, path)| path);
            return paths::normal(path).as_deref() == Some(module);
        }
        let same = |a: &Path, b: &Path| match (a.canonicalize(), b.canonicalize()) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        };
        // The folder of a file in the current folder is empty.
        let folder = Path::new(".").join(&self.folder).join(module);
        same(&folder, Path::new(argument))
    }
}

fn version(root: &Node<'_>) -> Result<Version, BufYamlError> {
    let Some(version) = root.get("version")? else {
        return Err(root.error("`version` is missing; the newest is `v2`"));
    };
    let name = version.text("the name of a version")?;
    Version::named(name).ok_or_else(|| {
        let known = Version::ALL.map(Version::name).join("`, `");
        version.error(&format!("`{name}` is no version; known are `{known}`"))
    })
}

/// The checks of every module; files before `v2` are one module.
fn modules(
    root: &Node<'_>,
    version: Version,
    top: &Section,
    warnings: &mut Vec<String>,
) -> Result<Vec<(String, Checks)>, BufYamlError> {
    let Some(list) = root.get("modules")? else { return Ok(Vec::new()) };
    if version != Version::V2 {
        return Err(list.error("`modules` needs `version: v2`"));
    }
    let mut modules = Vec::new();
    for module in list.items()? {
        module.only_keys(&MODULE_KEYS)?;
        let folder = match module.get("path")? {
            Some(path) => paths::read(&path)?,
            None => ".".to_owned(),
        };
        let own = match module.get("breaking")? {
            Some(breaking) => Section::read(&breaking, version)?,
            None => Section::nothing(version),
        };
        let checks = if own.is_empty() {
            top.checks_in(&folder)?
        } else {
            own.paths_lie_in(&folder)?;
            own.checks_in(&folder)?
        };
        warnings.extend(own.warnings.iter().cloned());
        modules.push((folder, checks));
    }
    // What lies in the folder itself is asked for last.
    modules.retain(|(folder, _)| folder != ".");
    Ok(modules)
}
