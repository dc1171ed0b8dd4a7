//! Real public services: generated into one crate, which compiles.

use std::fs;
use std::path::Path;
use std::process::Command;

use agentgen_codegen::{Generator, load};
use agentgen_tests::environment;

/// Folders and files of the googleapis tree. Between them they hold streams in
/// all four shapes, proto2 with groups, enums of over 500 values, maps with
/// many kinds of key, recursive messages, keywords as names, every well-known
/// type, and imports across packages.
const INPUTS: [&str; 19] = [
    "google/ads/admanager/v1",
    "google/api/expr/v1alpha1",
    "google/api/serviceusage/v1",
    "google/bytestream",
    "google/cloud/dialogflow/v2",
    "google/cloud/secretmanager/v1",
    "google/cloud/speech/v1",
    "google/cloud/tasks/v2",
    "google/cloud/vision/v1",
    "google/dataflow/v1beta3",
    "google/devtools/build/v1",
    "google/example/library/v1",
    "google/firestore/v1",
    "google/iam/v1",
    "google/logging/v2",
    "google/longrunning",
    "google/protobuf/util/json_format.proto",
    "google/pubsub/v1",
    "google/storage/v2",
];

#[test]
fn real_services_generate_and_compile() {
    let protos = environment::public_protos();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("googleapis");
    let inputs: Vec<_> = INPUTS.iter().map(|input| protos.join(input)).collect();
    let loaded = load(&inputs, std::slice::from_ref(&protos)).expect("they compile");
    let services = loaded.contract.services().count();
    assert!(services >= 25, "only {services} services");

    let generator = Generator::new().include(&protos).out_dir(folder.join("src/generated"));
    let generator = inputs.iter().fold(generator, Generator::proto);
    generator.generate().expect("they can be emitted");
    write_crate(&folder);
    let check = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .output()
        .expect("cargo runs");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}

/// A crate around the output, with the versions that this workspace locks.
fn write_crate(folder: &Path) {
    let repository = environment::repository();
    let runtime = repository.join("runtime");
    let manifest = format!(
        "[package]\nname = \"googleapis\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nagentgen = {{ path = \"{}\" }}\n\n[workspace]\n",
        runtime.display()
    );
    let library = "//! Public services.\n\n#![deny(warnings)]\n\npub mod generated;\n";
    fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
    fs::write(folder.join("src/lib.rs"), library).expect("a file");
    fs::copy(repository.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a file");
}
