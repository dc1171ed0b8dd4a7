//! Names that must differ from each other: how they are told apart where they
//! do not.

use std::collections::{BTreeMap, BTreeSet};

/// The name, with the first number behind it that nothing has taken.
pub(crate) fn distinct(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}

/// The operation ids of a document, each given with its package, which stands
/// in front where ids of two packages are equal.
pub(crate) fn operation_ids(ids: &[(&str, String)]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, id) in ids {
        *counts.entry(id).or_default() += 1;
    }
    let mut taken = BTreeSet::new();
    let told_apart = ids.iter().map(|(package, id)| {
        if counts.get(id.as_str()).is_some_and(|count| *count > 1) && !package.is_empty() {
            distinct(&format!("{}_{id}", package.replace('.', "_")), &mut taken)
        } else {
            distinct(id, &mut taken)
        }
    });
    told_apart.collect()
}
