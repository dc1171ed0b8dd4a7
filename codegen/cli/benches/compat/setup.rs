//! Installs the anchor and the releases of the public tree, and derives the
//! trees and images to compare. What is there is kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::mutate::{mutate, mutate_common};
use super::tree::copy;

/// The releases of the public tree, oldest first.
pub(crate) const RELEASES: [&str; 3] = ["3.0.3", "4.2.0", NEWEST];

/// The release that is mutated.
pub(crate) const NEWEST: &str = "5.0.3";

/// The anchor's release.
const ANCHOR: &str = "1.75.0";

/// A folder with everything in place.
pub(crate) struct Setup(PathBuf);

impl Setup {
    /// Puts in place what is missing.
    pub(crate) fn ready() -> Self {
        let setup = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join("compat-bench"));
        let done = setup.0.join("done");
        if !done.exists() {
            // What a run that was cut short left behind.
            let _ = fs::remove_dir_all(&setup.0);
            setup.install();
            setup.derive();
            fs::write(done, "").expect("the folder can be written");
        }
        setup
    }

    /// A folder of `.proto` files.
    pub(crate) fn tree(&self, name: &str) -> PathBuf {
        self.0.join("trees").join(name)
    }

    /// The image of a tree.
    pub(crate) fn image(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.binpb"))
    }

    /// The anchor, asked to compare.
    pub(crate) fn anchor(&self, old: &Path, new: &Path) -> Command {
        let mut command = self.buf();
        command.arg("breaking").arg(new).arg("--against").arg(old).arg("--error-format=json");
        command
    }

    fn buf(&self) -> Command {
        // The launcher of the package is a script that starts the program.
        let package = self.0.join("node_modules/@bufbuild");
        let program = fs::read_dir(package).expect("npm installed it").flatten();
        let mut programs = program.map(|entry| entry.path().join("bin/buf"));
        let native = |path: &PathBuf| path.is_file() && !path.ends_with("buf/bin/buf");
        Command::new(programs.find(native).expect("npm installed a program for this system"))
    }

    fn install(&self) {
        fs::create_dir_all(&self.0).expect("the folder can be made");
        let releases =
            RELEASES.map(|it| format!("\"protos-{it}\":\"npm:google-proto-files@{it}\""));
        let package = format!(
            "{{\"private\":true,\"dependencies\":{{\"@bufbuild/buf\":\"{ANCHOR}\",{}}}}}",
            releases.join(",")
        );
        fs::write(self.0.join("package.json"), package).expect("the folder can be written");
        let mut npm = Command::new("npm");
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
        run(npm.current_dir(&self.0));
    }

    fn derive(&self) {
        for release in RELEASES {
            let package = self.0.join("node_modules").join(format!("protos-{release}"));
            copy(&package, &self.tree(release));
            self.build(release);
        }
        mutate(&copy(&self.tree(NEWEST), &self.tree("mutated")), 200);
        copy(&self.tree(NEWEST), &self.tree("common"));
        mutate_common(&self.tree("common"));
        self.build("mutated");
        self.build("common");
        for (side, field) in [("old", "string"), ("new", "bytes")] {
            let folder = self.tree("tiny").join(side);
            fs::create_dir_all(&folder).expect("the folder can be made");
            let text = format!(
                "syntax = \"proto3\";\npackage tiny.v1;\nmessage Tiny {{\n  {field} name = 1;\n}}\n"
            );
            fs::write(folder.join("tiny.proto"), text).expect("the folder can be written");
        }
    }

    fn build(&self, name: &str) {
        run(self.buf().arg("build").arg(self.tree(name)).arg("-o").arg(self.image(name)));
    }
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}
