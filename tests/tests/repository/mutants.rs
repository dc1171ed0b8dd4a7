//! The faults of `tests/mutants` fit the code, so that they can be tried at any time, and
//! each has a test that must notice it.

use std::collections::BTreeSet;
use std::process::Command;

use crate::tree::{assert_none, root};

/// What makes the faults possible, and is none itself.
const SWITCH: &str = "00-switch";

#[test]
fn every_mutant_applies_and_has_a_test() {
    let folder = root().join("tests/mutants");
    let expected = std::fs::read_to_string(folder.join("expected")).expect("the expected tests");
    let expected: BTreeSet<_> =
        expected.lines().filter_map(|line| line.split(' ').next()).collect();
    let mut findings = Vec::new();
    let mut known = BTreeSet::new();
    for entry in std::fs::read_dir(&folder).expect("the folder of mutants") {
        let path = entry.expect("an entry of the folder").path();
        if path.extension().is_none_or(|extension| extension != "patch") {
            continue;
        }
        let check = ["apply", "--check"];
        let applied = Command::new("git").current_dir(root()).args(check).arg(&path).output();
        let applied = applied.expect("git runs");
        let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        if !applied.status.success() {
            findings.push(format!("{name}: {}", String::from_utf8_lossy(&applied.stderr)));
        }
        known.insert(name);
    }
    assert_none("mutants that do not apply", &findings);
    known.remove(SWITCH);
    assert_eq!(known.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected);
}
