//! A crate as a user writes it, with nothing but this workspace's runtime
//! below it. All such crates share one target folder, the workspace's own: the
//! dependencies are compiled for the first of them at most.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::environment::repository;

/// A crate below the target folder.
#[derive(Debug)]
pub struct Dependent {
    folder: PathBuf,
    target: PathBuf,
}

impl Dependent {
    /// An empty crate of this name and edition, apart from what an earlier run
    /// left in its folder; `manifest` goes after its dependencies.
    ///
    /// # Panics
    /// If the folder cannot be written.
    pub fn new(name: &str, edition: u16, manifest: &str) -> Self {
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| repository().join("target"), |folder| repository().join(folder));
        let it = Self { folder: target.join("dependents").join(name), target };
        let runtime = repository().join("runtime");
        // The lock file and the profile of the workspace, so that what it has
        // compiled can be used.
        it.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\n\
                 [dependencies]\nagentgen = {{ path = \"{}\", features = [\"compat\"] }}\n\n\
                 [profile.dev]\ndebug = \"line-tables-only\"\n\n[workspace]\n{manifest}",
                runtime.display()
            ),
        );
        let lock = fs::read_to_string(repository().join("Cargo.lock")).expect("there is a lock");
        it.write("Cargo.lock", &lock);
        it
    }

    /// The folder of its manifest.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("is writable");
        fs::write(path, text).expect("is writable");
    }

    /// Runs `cargo check` with more arguments.
    ///
    /// # Panics
    /// If cargo cannot be run.
    pub fn check(&self, arguments: &[&str]) -> Output {
        let mut command = self.cargo("check");
        command.arg("--message-format=json").args(arguments);
        command.output().expect("cargo runs")
    }

    /// `cargo` with a subcommand, in the folder of the crate.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        command.args([subcommand, "--offline"]);
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target);
        command
    }
}
