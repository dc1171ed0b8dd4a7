//! Real public services: generated into one crate, which compiles.

use agentgen_codegen::{Generator, load};
use agentgen_tests::dependent::Dependent;
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

const LIBRARY: &str = "//! Public services.\n\n#![deny(warnings)]\n\npub mod generated;\n";

#[test]
fn real_services_generate_and_compile() {
    let protos = environment::public_protos();
    let inputs: Vec<_> = INPUTS.iter().map(|input| protos.join(input)).collect();
    let loaded = load(&inputs, std::slice::from_ref(&protos)).expect("they compile");
    let services = loaded.contract.services().count();
    assert!(services >= 25, "only {services} services");

    let dependent = Dependent::new("googleapis", 2024, "");
    dependent.write("src/lib.rs", LIBRARY);
    let out_dir = dependent.folder().join("src/generated");
    let generator = Generator::new().include(&protos).out_dir(out_dir);
    let generator = inputs.iter().fold(generator, Generator::proto);
    generator.generate().expect("they can be emitted");
    let check = dependent.check(&["--quiet"]);
    let said = String::from_utf8_lossy(&check.stdout);
    assert!(check.status.success(), "{said}{}", String::from_utf8_lossy(&check.stderr));
}
