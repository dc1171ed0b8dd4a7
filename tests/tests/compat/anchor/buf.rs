//! Runs the anchor and us over the same images.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use agentgen_codegen::compat::anchor::{self, Settings};
use agentgen_codegen::compat::input::{Side, select};
use agentgen_tests::environment;

/// The anchor, with a folder for what a test makes.
pub(super) struct Buf {
    folder: PathBuf,
}

impl Buf {
    pub(super) fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("anchor").join(test);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the test");
        Self { folder }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn command(&self) -> Command {
        let mut command = environment::node_program("buf");
        command.current_dir(&self.folder).env("BUF_CACHE_DIR", self.folder.join("cache"));
        command
    }

    /// Compiles a folder to an image.
    pub(super) fn build(&self, folder: &Path, image: &str) -> String {
        self.build_with(folder, image, &[])
    }

    /// Compiles a folder to an image that does not say where things stand.
    pub(super) fn build_without_places(&self, folder: &Path, image: &str) -> String {
        self.build_with(folder, image, &["--exclude-source-info"])
    }

    fn build_with(&self, folder: &Path, image: &str, options: &[&str]) -> String {
        let image = self.folder.join(image).display().to_string();
        let mut command = self.command();
        command.arg("build").arg(folder).args(["-o", &image]).args(options);
        let output = command.output().expect("the anchor runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        image
    }

    /// What the anchor says of images, line by line.
    pub(super) fn breaking(&self, old: &str, new: &str, config: &str) -> Vec<String> {
        self.breaking_with(old, new, &["--config", config])
    }

    /// What the anchor says of folders that hold their configuration.
    pub(super) fn breaking_as_configured(&self, old: &str, new: &str) -> Vec<String> {
        self.breaking_with(old, new, &[])
    }

    fn breaking_with(&self, old: &str, new: &str, options: &[&str]) -> Vec<String> {
        let mut command = self.command();
        command.args(["breaking", new, "--against", old, "--error-format", "json"]);
        let output = command.args(options).output().expect("the anchor runs");
        let found = String::from_utf8(output.stdout).expect("UTF-8");
        let code = output.status.code();
        let expected = if found.is_empty() { 0 } else { 100 };
        assert_eq!(code, Some(expected), "{}", String::from_utf8_lossy(&output.stderr));
        found.lines().map(str::to_owned).collect()
    }
}

/// What we say, line by line.
pub(super) fn ours(old: &str, new: &str, settings: &Settings) -> Vec<String> {
    let open = |argument| Side::open(argument, &[]).unwrap_or_else(|error| panic!("{error}"));
    let (old_side, new_side) = (open(old), open(new));
    let selection = select(&old_side, &new_side).expect("both sides select");
    let (old, new) = selection.read().expect("both sides read");
    let found = anchor::check(&old, &new, &old_side, &new_side, settings);
    found.iter().map(anchor::Annotation::json_line).collect()
}

/// Fails with the lines that only one of both says.
pub(super) fn assert_same(what: &str, ours: &[String], theirs: &[String]) {
    let only = |these: &[String], those: &[String]| -> String {
        let lines = these.iter().filter(|line| !those.contains(line)).take(200);
        lines.map(|line| ["  ", line, "\n"].concat()).collect()
    };
    let (missing, added) = (only(theirs, ours), only(ours, theirs));
    assert!(
        missing.is_empty() && added.is_empty(),
        "{what}\nonly the anchor says:\n{missing}only we say:\n{added}"
    );
    assert_eq!(ours, theirs, "{what}: the order differs");
}
