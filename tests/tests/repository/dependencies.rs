//! The dependency tree: no version twice but for the reasons in deny.toml.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::root;

#[test]
fn no_crate_is_built_in_two_majors_without_a_reason() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let deny = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let value = |key: &str| {
            let line = package.lines().find(|line| line.starts_with(key))?;
            line.split('"').nth(1)
        };
        let (Some(name), Some(version)) = (value("name = "), value("version = ")) else { continue };
        versions.entry(name).or_default().insert(version);
    }
    let unexplained: Vec<_> = versions
        .iter()
        .filter(|(name, versions)| versions.len() > 1 && !deny.contains(&format!("\"{name}@")))
        .collect();
    assert!(
        unexplained.is_empty(),
        "several versions without a reason in deny.toml: {unexplained:?}"
    );
}
