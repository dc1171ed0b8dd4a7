//! The build script door, as an agent's crate would open it, and the server
//! that tonic generates, which the benchmark of the transports compares with.

use std::error::Error;
use std::path::PathBuf;

/// The contract that both serve, and the package of its messages.
const BENCHMARK: &str = "proto/agent_services.proto";
const MESSAGES: (&str, &str) = (".agent", "::agentgen_tests::golden::agent_services::agent");

fn main() -> Result<(), Box<dyn Error>> {
    agentgen_codegen::Generator::new().proto("proto/summarizer.proto").generate()?;
    println!("cargo::rerun-if-changed={BENCHMARK}");
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("tonic");
    std::fs::create_dir_all(&out)?;
    tonic_prost_build::configure()
        .out_dir(out)
        .extern_path(MESSAGES.0, MESSAGES.1)
        .compile_fds(protox::compile([BENCHMARK], ["proto"])?)?;
    Ok(())
}
