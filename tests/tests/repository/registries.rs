//! Tables and folders say the same: a row for every file, a file for every row.

use std::collections::BTreeSet;

use crate::tree::{files, root};

/// The names of the folders directly below `folder`.
fn folders(folder: &str) -> BTreeSet<String> {
    let prefix = format!("{folder}/");
    files(|path| path.starts_with(&prefix))
        .iter()
        .filter_map(|source| Some(source.path.strip_prefix(&prefix)?.split_once('/')?.0.to_owned()))
        .collect()
}

#[test]
fn every_broker_is_a_folder_with_the_same_files_as_the_others() {
    let brokers = folders("runtime/src/broker");
    let listing = |broker: &String| -> BTreeSet<String> {
        let prefix = format!("runtime/src/broker/{broker}/");
        let below = files(|path| path.starts_with(&prefix));
        below.iter().map(|source| source.path[prefix.len()..].to_owned()).collect()
    };
    for broker in &brokers {
        let files = listing(broker);
        assert!(files.contains("mod.rs"), "runtime/src/broker/{broker} has no mod.rs");
    }
    let registered: BTreeSet<_> =
        agentgen::broker::SCHEMES.iter().map(|row| row.scheme.to_owned()).collect();
    assert_eq!(brokers, registered, "folders of runtime/src/broker and rows of its registry");
}

#[test]
fn every_emitter_is_a_file_with_a_row() {
    let prefix = "codegen/src/emit/";
    let below = files(|path| path.starts_with(prefix));
    let names: BTreeSet<_> = below
        .iter()
        .filter_map(|source| source.path[prefix.len()..].split(['/', '.']).next())
        .collect();
    for row in agentgen_codegen::emit::EMITTERS {
        let file = row.name.replace('-', "_");
        assert!(names.contains(file.as_str()), "no file for the emitter {}", row.name);
    }
}

#[test]
fn every_feature_of_the_runtime_is_checked_alone() {
    let manifest = std::fs::read_to_string(root().join("runtime/Cargo.toml")).unwrap();
    let ci = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    let listed =
        ci.lines().find(|line| line.starts_with("for feature in ")).expect("a feature loop");
    let features = manifest.split_once("[features]").unwrap().1;
    let features = features.split_once("\n[").unwrap().0;
    for feature in features.lines().filter_map(|line| Some(line.split_once(" = ")?.0)) {
        let checked = feature == "default" || listed.split([' ', ';']).any(|word| word == feature);
        assert!(checked, ".ci/run does not build the feature {feature} alone");
    }
}
