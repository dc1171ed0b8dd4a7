//! Which package took the place of one that is gone, and between which
//! packages types may have moved. A new version beside others is no rename:
//! where several packages could be the heir, none is.

use std::collections::{BTreeMap, BTreeSet};

use crate::compat::schema::Schema;

/// What may have moved between two packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    /// Both are one package.
    Same,
    /// Both were there before or are still there: single types may have moved.
    Open,
    /// Nothing.
    Closed,
}

/// The packages of both sides.
#[derive(Debug)]
pub(super) struct Packages<'a> {
    old: BTreeMap<&'a str, BTreeSet<&'a str>>,
    new: BTreeMap<&'a str, BTreeSet<&'a str>>,
    heirs: BTreeMap<&'a str, &'a str>,
}

impl<'a> Packages<'a> {
    pub(super) fn find(old: &Schema<'a>, new: &Schema<'a>) -> Self {
        let (old, new) = (declared(old), declared(new));
        let gone = || old.iter().filter(|(name, _)| !new.contains_key(*name));
        let came = || new.iter().filter(|(name, _)| !old.contains_key(*name));
        let candidates: Vec<_> = gone()
            .flat_map(|before| came().map(move |after| (before, after)))
            .filter(|((_, before), (_, after))| alike(before, after))
            .map(|((before, _), (after, _))| (*before, *after))
            .collect();
        let alone = |(before, after): &(&str, &str)| {
            candidates.iter().filter(|other| other.0 == *before || other.1 == *after).count() == 1
        };
        let heirs = candidates.iter().copied().filter(alone).collect();
        Self { old, new, heirs }
    }

    pub(super) fn path(&self, old: &str, new: &str) -> Path {
        if old == new || self.heirs.get(old) == Some(&new) {
            return Path::Same;
        }
        let taken = self.heirs.contains_key(old) || self.heirs.values().any(|heir| *heir == new);
        let stays = self.new.contains_key(old) || self.old.contains_key(new);
        if stays && !taken && near(old, new) { Path::Open } else { Path::Closed }
    }

    /// The package that took the place of one, else itself.
    pub(super) fn heir<'n>(&self, old: &'n str) -> &'n str
    where
        'a: 'n,
    {
        self.heirs.get(old).copied().unwrap_or(old)
    }
}

/// Whether one package is around the other or beside it: types do not move
/// between strangers that happen to declare the same.
fn near(old: &str, new: &str) -> bool {
    let around = |package: &str| match package.rsplit_once('.') {
        Some((around, _)) => format!("{around}."),
        None => String::new(),
    };
    let (old, new) = (around(old), around(new));
    old.starts_with(&new) || new.starts_with(&old)
}

/// The names at the top of each package.
fn declared<'a>(schema: &Schema<'a>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut packages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in &schema.files {
        let names = packages.entry(file.package).or_default();
        names.extend(file.messages.iter().map(|&id| schema.message(id).name));
        names.extend(file.enums.iter().map(|&id| schema.enumeration(id).name));
        names.extend(file.services.iter().map(|&id| schema.service(id).name));
    }
    packages
}

/// Whether half of the names of either are names of the other.
fn alike(old: &BTreeSet<&str>, new: &BTreeSet<&str>) -> bool {
    let shared = old.intersection(new).count();
    shared > 0 && shared * 2 >= old.len().min(new.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_move_between_neighbours_only() {
        assert!(near("acme.v1", "acme.people"));
        assert!(near("acme.v1", "acme.v1.people"));
        assert!(!near("acme.tasks.v1", "other.tasks.v1"));
    }
}
