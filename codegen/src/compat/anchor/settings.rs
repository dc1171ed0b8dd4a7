//! Which rules run, and which of their findings are kept.

use std::collections::{BTreeMap, BTreeSet};

use super::categories::{Category, Version};
use super::table::{DEPRECATED, RULES, Rule, rule};

/// What to check: a category, or the `breaking` section of a `buf.yaml`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// By the folder whose files they are for, the longest first; the last one
    /// is for every file.
    modules: Vec<(String, Checks)>,
}

/// The rules for the files of one module.
#[derive(Clone, Debug, Default)]
pub struct Checks {
    /// The ids of the rules that run.
    pub(in crate::compat) rules: BTreeSet<&'static str>,
    /// Files and folders that nothing is reported of, from the module's folder.
    pub(in crate::compat) ignore: Vec<String>,
    /// Files and folders that one rule is not reported of.
    pub(in crate::compat) ignore_only: BTreeMap<&'static str, Vec<String>>,
    /// Whether nothing is reported of packages like `acme.v1beta1`.
    pub(in crate::compat) ignore_unstable_packages: bool,
}

impl From<Category> for Settings {
    /// The rules that a category holds in version 2 of the configuration.
    fn from(category: Category) -> Self {
        let rules = rules_named(category.name(), Version::V2).unwrap_or_default();
        let rules = rules.into_iter().collect();
        Self::from(Checks { rules, ..Checks::default() })
    }
}

impl From<Checks> for Settings {
    fn from(checks: Checks) -> Self {
        Self { modules: vec![(String::new(), checks)] }
    }
}

impl Settings {
    /// The settings of several folders, and those of every other file.
    pub(in crate::compat) fn of_modules(
        modules: impl IntoIterator<Item = (String, Checks)>,
        others: Checks,
    ) -> Self {
        let mut modules: Vec<_> = modules.into_iter().collect();
        modules.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        modules.push((String::new(), others));
        Self { modules }
    }

    /// The rules that run for any file.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        let runs = |id| self.modules.iter().any(|(_, checks)| checks.rules.contains(id));
        RULES.iter().filter(move |rule| runs(rule.id))
    }

    /// The ids of the rules that run for any file, sorted.
    pub fn rule_ids(&self) -> Vec<&'static str> {
        self.rules().map(|rule| rule.id).collect()
    }

    /// Whether the packages of files matter.
    pub(super) fn asks_for_packages(&self) -> bool {
        self.modules.iter().any(|(_, checks)| checks.ignore_unstable_packages)
    }

    /// The checks for a file, and its name from the folder of its module.
    pub(super) fn of_file<'n>(&self, name: &'n str) -> Option<(&Checks, &'n str)> {
        self.modules.iter().find_map(|(folder, checks)| {
            let rest = match folder.as_str() {
                "" => name,
                folder => name.strip_prefix(folder)?.strip_prefix('/')?,
            };
            Some((checks, rest))
        })
    }
}

impl Checks {
    /// Whether nothing is to be said of a file, or nothing of this rule.
    pub(super) fn ignores(&self, rule: &str, name: &str, package: Option<&str>) -> bool {
        let under = |paths: &[String]| paths.iter().any(|path| is_under(name, path));
        let only = self.ignore_only.get(rule);
        under(&self.ignore)
            || only.is_some_and(|paths| under(paths))
            || self.ignore_unstable_packages && package.is_some_and(is_unstable)
    }
}

/// Whether a file is what a path names, or below it.
fn is_under(name: &str, path: &str) -> bool {
    let rest = name.strip_prefix(path);
    path == "." || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The rules that an id or a category stands for in a version, deprecated ids
/// by what replaced them; `None` for a name that means nothing.
pub(in crate::compat) fn rules_named(name: &str, version: Version) -> Option<Vec<&'static str>> {
    if let Some(found) = rule(name).filter(|rule| rule.known_in(version)) {
        return Some(vec![found.id]);
    }
    if let Some(deprecated) = replacements_of(name, version) {
        return Some(deprecated.to_vec());
    }
    let category = Category::named(name)?;
    let rules = RULES.iter().filter(|rule| rule.is_in(category, version));
    let ids: Vec<_> = rules.map(|rule| rule.id).collect();
    (!ids.is_empty()).then_some(ids)
}

/// What stands for a deprecated rule; `None` where it is none.
pub(in crate::compat) fn replacements_of(
    name: &str,
    version: Version,
) -> Option<&'static [&'static str]> {
    let found = DEPRECATED.iter().find(|rule| rule.id == name && version <= rule.until)?;
    Some(found.replacements)
}

/// The rules that run where none are named.
pub(in crate::compat) fn default_rules(version: Version) -> Vec<&'static str> {
    rules_named(Category::File.name(), version).unwrap_or_default()
}

/// Every name that means something in a version.
pub(in crate::compat) fn known_names(version: Version) -> Vec<&'static str> {
    let categories = Category::ALL.into_iter().map(Category::name);
    let rules = RULES.iter().map(|rule| rule.id);
    let deprecated = DEPRECATED.iter().map(|rule| rule.id);
    let all = categories.chain(rules).chain(deprecated);
    all.filter(|name| rules_named(name, version).is_some()).collect()
}

/// Whether the last part of a package is a version that is not stable, such as
/// `v1alpha`, `v1p1beta2` or `v1test`.
fn is_unstable(package: &str) -> bool {
    let Some((_, last)) = package.rsplit_once('.') else { return false };
    let Some(version) = last.strip_prefix('v') else { return false };
    if let Some((major, _)) = version.split_once("test") {
        return is_number(major);
    }
    let (alpha, beta) = (version.split_once("alpha"), version.split_once("beta"));
    let ((Some((before, after)), None) | (None, Some((before, after)))) = (alpha, beta) else {
        return false;
    };
    let before = match before.split_once('p') {
        Some((major, patch)) => is_number(major) && is_number(patch),
        None => is_number(before),
    };
    before && (after.is_empty() || is_number(after))
}

/// Whether this is a number from 1.
fn is_number(text: &str) -> bool {
    text.parse::<i32>().is_ok_and(|number| number >= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_are_not_stable_are_told_apart() {
        for package in ["a.v1alpha", "a.b.v2beta3", "a.v1p1alpha1", "a.v1test", "a.v1testfoo"] {
            assert!(is_unstable(package), "{package}");
        }
        for package in ["", "v1alpha", "a.v1", "a.v0alpha", "a.valpha", "a.v1alphabeta", "a.x1beta"]
        {
            assert!(!is_unstable(package), "{package}");
        }
    }

    #[test]
    fn a_path_covers_itself_and_what_is_below_it() {
        assert!(is_under("a/b.proto", "a"));
        assert!(is_under("a/b.proto", "a/b.proto"));
        assert!(is_under("a/b.proto", "."));
        assert!(!is_under("ab/c.proto", "a"));
    }

    #[test]
    fn names_stand_for_what_their_version_says() {
        assert_eq!(rules_named("CSR", Version::V1), None);
        assert_eq!(rules_named("EXTENSION_NO_DELETE", Version::V1), None);
        assert_eq!(rules_named("FIELD_SAME_CTYPE", Version::V2), None);
        let replaced = rules_named("FIELD_SAME_CTYPE", Version::V1);
        assert_eq!(replaced, Some(vec!["FIELD_SAME_CPP_STRING_TYPE"]));
    }
}
