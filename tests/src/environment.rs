//! The one place that knows where `tests/setup.sh` puts what the tests run:
//! a Python environment, Node packages, real public `.proto` files, and the
//! programs of the system. A missing piece fails the test with the command
//! that installs it; no test skips itself.

use std::path::{Path, PathBuf};
use std::process::Command;

const SETUP: &str = "run tests/setup.sh";

/// The folder of the repository.
///
/// # Panics
/// If this package does not stand below it.
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().find(|folder| folder.join("Cargo.lock").exists());
    root.expect("the tests stand in a folder of the repository").to_path_buf()
}

/// Python, with the packages of `tests/python/requirements.txt`.
///
/// # Panics
/// If the set-up has not run.
pub fn python() -> Command {
    Command::new(installed("python/bin/python"))
}

/// A Python script of `tests/python`, ready for arguments.
///
/// # Panics
/// If the set-up has not run.
pub fn python_script(name: &str) -> Command {
    let mut command = python();
    command.arg(repository().join("tests/python").join(name));
    command
}

/// A program of the packages of `tests/python/requirements.txt`.
///
/// # Panics
/// If the set-up has not run.
pub fn python_program(name: &str) -> Command {
    Command::new(installed(&format!("python/bin/{name}")))
}

/// A program of the Node packages in `tests/node/package.json`.
///
/// # Panics
/// If the set-up has not run.
pub fn node_program(name: &str) -> Command {
    Command::new(installed(&format!("node/node_modules/.bin/{name}")))
}

/// A script of `tests/node`, run by Node.js, which finds the packages.
///
/// # Panics
/// If the set-up has not run.
pub fn node_script(name: &str) -> Command {
    let mut command = Command::new(system("node"));
    command.arg(repository().join("tests/node").join(name));
    command.env("NODE_PATH", node_packages());
    command
}

/// The folder of the Node packages in `tests/node/package.json`.
///
/// # Panics
/// If the set-up has not run.
pub fn node_packages() -> PathBuf {
    installed("node/node_modules")
}

/// Thousands of real public `.proto` files, rooted for use as an import path.
///
/// # Panics
/// If the set-up has not run.
pub fn public_protos() -> PathBuf {
    installed("node/node_modules/google-proto-files")
}

/// Protobuf's conformance runner, ready for arguments.
///
/// # Panics
/// If the set-up has not run.
pub fn conformance_runner() -> Command {
    Command::new(installed("conformance/runner"))
}

/// A program on the search path, such as `curl` or `chromium`.
///
/// # Panics
/// If it is not installed.
pub fn system(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| panic!("`{program}` is not installed: {SETUP}"))
}

/// A program of the newest `PostgreSQL` server, which refuses to run as root: it
/// is then run as the user that comes with it.
///
/// # Panics
/// If it is not installed.
pub fn postgresql(program: &str) -> Command {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|version| version.path().join("bin").join(program)).max();
    let program = newest.filter(|program| program.is_file());
    let program = program.unwrap_or_else(|| panic!("PostgreSQL is not installed: {SETUP}"));
    if !is_root() {
        return Command::new(program);
    }
    // Replaces itself, so that a signal reaches the program.
    let mut command = Command::new(system("setpriv"));
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

/// Whether the tests run as root.
pub fn is_root() -> bool {
    let id = Command::new(system("id")).arg("-u").output();
    id.is_ok_and(|output| output.stdout == b"0\n")
}

/// The workspace's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| repository().join("target"), |folder| repository().join(folder))
}

/// Something below `target/test-env`, such as a file of a Node package.
///
/// # Panics
/// If the set-up has not run.
pub fn installed(relative: &str) -> PathBuf {
    let path = target().join("test-env").join(relative);
    assert!(path.exists(), "{} is missing: {SETUP}", path.display());
    path
}
