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
    let listing = |broker: &str| -> BTreeSet<String> {
        let prefix = format!("runtime/src/broker/{broker}/");
        let below = files(|path| path.starts_with(&prefix));
        below.iter().map(|source| source.path[prefix.len()..].to_owned()).collect()
    };
    let opens = |folder: &String| {
        let facade = root().join(format!("runtime/src/broker/{folder}/mod.rs"));
        std::fs::read_to_string(facade).is_ok_and(|text| text.contains("fn open("))
    };
    let mut brokers = folders("runtime/src/broker");
    // What brokers share is a folder too, and opens nothing.
    brokers.retain(opens);
    // The URLs of RabbitMQ are named after its protocol.
    let folder = |name: &str| if name == "amqp" { "rabbitmq" } else { name }.to_owned();
    let rows = agentgen::broker::Scheme::all().iter().map(|row| folder(row.name));
    assert_eq!(brokers, rows.collect(), "folders of runtime/src/broker and rows of its registry");
    for broker in &brokers {
        let files = listing(broker);
        // A broker in this process is a store; one behind a network a wire.
        let parts: &[&str] = if files.contains("store.rs") {
            &["claim.rs", "mod.rs", "publish.rs", "settle.rs", "store.rs"]
        } else {
            &[
                "config.rs",
                "connection.rs",
                "mod.rs",
                "publish.rs",
                "query.rs",
                "receipt.rs",
                "source.rs",
            ]
        };
        for part in parts {
            assert!(files.contains(*part), "runtime/src/broker/{broker} has no {part}");
        }
    }
}

#[test]
fn the_command_reaches_every_broker() {
    let manifest = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let (runtime, command) = (manifest("runtime/Cargo.toml"), manifest("codegen/cli/Cargo.toml"));
    let default = command.lines().find(|line| line.starts_with("default = ")).expect("a default");
    let lines: Vec<_> = runtime.lines().collect();
    let brokers = lines.windows(2).filter(|pair| {
        pair[0].starts_with("## ")
            && pair[0].contains("broker")
            && pair[1].contains("\"dep:")
            && !pair[1].starts_with("queue ")
    });
    let features: Vec<_> = brokers.filter_map(|pair| pair[1].split(' ').next()).collect();
    assert!(features.len() >= 3, "{features:?}");
    for feature in features {
        assert!(default.contains(&format!("\"{feature}\"")), "codegen/cli lacks {feature}");
    }
}

#[test]
fn every_emitter_is_a_file_with_a_row() {
    let declared: Vec<String> = files(|path| path.starts_with("codegen/src/emit/"))
        .iter()
        .filter_map(|source| {
            source.text.split_once(": Emitter = Emitter {")?.1.split('"').nth(1).map(str::to_owned)
        })
        .collect();
    let rows: BTreeSet<_> =
        agentgen_codegen::emit::EMITTERS.iter().map(|row| row.name.to_owned()).collect();
    assert_eq!(declared.len(), rows.len(), "an emitter is declared in two files");
    assert_eq!(
        declared.into_iter().collect::<BTreeSet<_>>(),
        rows,
        "files of codegen/src/emit and rows"
    );
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
