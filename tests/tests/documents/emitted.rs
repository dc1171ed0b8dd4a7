//! Writes the documents of many contracts to disk: every one of the repository,
//! and real public ones.

use std::path::{Path, PathBuf};
use std::process::Command;

use agentgen_codegen::contract::Contract;
use agentgen_codegen::emit::{self, AsyncApiBinding, OpenApiVersion, Selection};
use agentgen_codegen::load;
use agentgen_tests::environment::{public_protos, repository};

/// Contracts of this package, by the name of their file in `tests/proto`.
pub(crate) const OWN: [&str; 6] =
    ["agent_service", "agent_services", "archive", "bookings", "summarizer", "task_orchestrator"];

/// Real services, by their path below the folder of public ones.
pub(crate) const PUBLIC: [&str; 7] = [
    "google/pubsub/v1/pubsub.proto",
    "google/firestore/v1/firestore.proto",
    "google/spanner/v1/spanner.proto",
    "google/cloud/vision/v1/image_annotator.proto",
    "google/cloud/speech/v1/cloud_speech.proto",
    "google/cloud/aiplatform/v1/prediction_service.proto",
    "google/iam/admin/v1/iam.proto",
];

/// Contract of a file in `tests/proto`.
pub(crate) fn own(name: &str) -> Contract {
    let folder = repository().join("tests/proto");
    contract(&folder.join(format!("{name}.proto")), &folder)
}

/// The own contracts and these public ones, each with a name for its folder.
fn contracts(public: &[&str]) -> Vec<(String, Contract)> {
    let root = public_protos();
    let public =
        public.iter().map(|path| (path.replace('/', "_"), contract(&root.join(path), &root)));
    let own = OWN.map(|name| (name.to_owned(), own(name)));
    own.into_iter().chain(public).collect()
}

/// The contracts of the repository beside [`OWN`]: files and folders of this
/// package, files beside its tests, and those of the examples and the scaffold.
fn others() -> Vec<(String, Contract)> {
    let protos = repository().join("tests/proto");
    let other = |path: &PathBuf| OWN.iter().all(|name| !path.ends_with(format!("{name}.proto")));
    let shared = entries(&protos).into_iter().filter(other).map(|path| (path, protos.clone()));
    let tests = entries(&repository().join("tests/tests"));
    let beside = tests.into_iter().filter(|path| path.is_dir()).flat_map(|folder| {
        let own = entries(&folder).into_iter();
        let protos = own.filter(|path| path.extension().is_some_and(|own| own == "proto"));
        protos.map(move |path| (path, folder.clone())).collect::<Vec<_>>()
    });
    let mut packages = entries(&repository().join("examples"));
    packages.push(repository().join("templates/agent"));
    let folders = packages.iter().flat_map(|own| ["proto", "published"].map(|name| own.join(name)));
    let folders = folders.filter(|path| path.is_dir()).map(|path| (path.clone(), path));
    let named = shared.chain(beside).chain(folders).map(|(path, include)| {
        let name = path.strip_prefix(repository()).expect("it is below the root");
        (name.display().to_string().replace('/', "_"), contract(&path, &include))
    });
    named.collect()
}

/// What a folder holds, sorted.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    paths.sort_unstable();
    paths
}

fn contract(file: &Path, include: &Path) -> Contract {
    let loaded = load(&[file.to_path_buf()], &[include.to_path_buf()]).expect("it compiles");
    assert!(!loaded.has_errors(), "{}: {:?}", file.display(), loaded.diagnostics);
    loaded.contract
}

/// Writes what an emitter makes of the own contracts and these public ones
/// below a fresh folder of the test, and returns the files.
pub(crate) fn write(test: &str, emitter: &str, public: &[&str]) -> Vec<PathBuf> {
    written(test, emitter, &contracts(public))
}

/// As [`write`], the OpenAPI documents of all contracts of the repository.
pub(crate) fn write_openapi(test: &str) -> Vec<PathBuf> {
    let contracts: Vec<_> = contracts(&PUBLIC).into_iter().chain(others()).collect();
    written(test, "openapi", &contracts)
}

fn written(test: &str, emitter: &str, contracts: &[(String, Contract)]) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents").join(test);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the folder can be emptied");
    }
    let mut written = Vec::new();
    for (name, contract) in contracts {
        for file in files(contract, emitter) {
            let path = folder.join(name).join(&file.path);
            std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("it is made");
            std::fs::write(&path, file.contents).expect("it is written");
            written.push(path);
        }
    }
    assert!(written.len() >= contracts.len(), "{emitter} made {written:?}");
    written
}

/// The output of one emitter, OpenAPI in every version and AsyncAPI in the terms of
/// every broker: the default one first.
pub(crate) fn files(contract: &Contract, emitter: &str) -> Vec<emit::OutputFile> {
    let versions = [OpenApiVersion::V3_1, OpenApiVersion::V3_0, OpenApiVersion::V3_2];
    let selection = Selection::new([emitter]).expect("the emitter exists").openapi(versions);
    let selection = selection.asyncapi(AsyncApiBinding::all());
    emit::files(contract, &selection).expect("everything can be put out")
}

/// Runs a validator, and shows what it says where it finds fault.
pub(crate) fn passes(validator: &mut Command) {
    let output = validator.output().expect("the validator starts");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
