//! Which findings the settings keep. A path to ignore counts for both sides:
//! what moved is ignored by where it was, too.

use std::collections::HashMap;

use super::input::{Files, Input};
use super::out::Found;
use super::settings::Settings;

/// The settings, and what they ask of files.
pub(super) struct Keep<'i> {
    settings: &'i Settings,
    old_packages: HashMap<&'i str, &'i str>,
    new_packages: HashMap<&'i str, &'i str>,
}

impl<'i> Keep<'i> {
    pub(super) fn new(input: &Input<'i, '_, '_>, settings: &'i Settings) -> Self {
        let packages = |files: Files<'i>| -> HashMap<_, _> {
            if settings.asks_for_packages() {
                files.files().map(|file| (file.name, file.package)).collect()
            } else {
                HashMap::new()
            }
        };
        Self { settings, old_packages: packages(input.old), new_packages: packages(input.new) }
    }

    /// Whether the module of the file runs the rule and ignores neither place.
    pub(super) fn keeps(&self, found: &Found) -> bool {
        let (new, old) = (found.file.as_deref(), found.old_file.as_deref());
        let of_module = new.or(old).and_then(|file| self.settings.of_file(file));
        let Some((checks, _)) = of_module else { return true };
        let ignored = |file: Option<&str>, packages: &HashMap<&str, &str>| {
            file.is_some_and(|file| {
                let package = packages.get(file).copied();
                let name = self.settings.of_file(file).map_or(file, |(_, name)| name);
                checks.ignores(found.rule, name, package)
            })
        };
        checks.rules.contains(found.rule)
            && !ignored(new, &self.new_packages)
            && !ignored(old, &self.old_packages)
    }
}
