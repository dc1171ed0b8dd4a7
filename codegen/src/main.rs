//! The `agentgen` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    agentgen_codegen::cli::run()
}
