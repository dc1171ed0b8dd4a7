//! Real public files, changed at random: the same seeds every time.

use std::fs;
use std::path::Path;

use agentgen_tests::environment;
use prost::Message;
use prost_types::FileDescriptorSet;

use super::buf::{self, Buf};
use super::{config, mutate};

/// What is taken of the public files, from their folder `google`.
const TAKEN: [&str; 11] = [
    "api",
    "rpc",
    "type",
    "longrunning",
    "pubsub",
    "logging",
    "iam/v1",
    "cloud/tasks",
    "cloud/scheduler",
    "cloud/speech",
    "protobuf/util/json_format.proto",
];

const EVERYTHING: &str =
    r#"{"version":"v2","breaking":{"use":["FILE","PACKAGE","WIRE_JSON","WIRE","CSR"]}}"#;

#[test]
fn random_changes_of_real_files_are_told_alike() {
    let buf = Buf::new("random");
    let sources = buf.folder().join("public");
    for name in TAKEN {
        let from = environment::public_protos().join("google").join(name);
        copy(&from, &sources.join("google").join(name));
    }
    let old = buf.build(&sources, "old.binpb");
    let encoded = fs::read(&old).expect("the image");
    let files = FileDescriptorSet::decode(encoded.as_slice()).expect("an image");
    // Both sides lose what the types do not know.
    let old = write(&buf, "plain.binpb", &files);
    for seed in 0..4 {
        let mut changed = files.clone();
        let done = mutate::mutate(&mut changed, seed, 60);
        let new = write(&buf, &format!("new-{seed}.binpb"), &changed);
        let theirs = buf.breaking(&old, &new, EVERYTHING);
        assert!(theirs.len() > done.len(), "seed {seed} changed too little: {done:#?}");
        let ours = buf::ours(&old, &new, &config::settings(EVERYTHING));
        buf::assert_same(&format!("seed {seed}"), &ours, &theirs);
    }
}

fn write(buf: &Buf, name: &str, files: &FileDescriptorSet) -> String {
    let path = buf.folder().join(name);
    fs::write(&path, files.encode_to_vec()).expect("the image is written");
    path.display().to_string()
}

/// Copies a file, or the `.proto` files below a folder.
fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else if from.extension().is_some_and(|extension| extension == "proto") {
        fs::create_dir_all(to.parent().expect("a folder")).expect("it is made");
        fs::copy(from, to).expect("the file is copied");
    }
}
