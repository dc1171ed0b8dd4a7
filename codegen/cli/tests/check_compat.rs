//! `agentgen check-compat`, `rules` and `explain` as a user meets them.

#[path = "check_compat/accepting.rs"]
mod accepting;
#[path = "check_compat/example.rs"]
mod example;
#[path = "check_compat/formats.rs"]
mod formats;
#[path = "check_compat/inputs.rs"]
mod inputs;
#[path = "check_compat/modes.rs"]
mod modes;
#[path = "check_compat/rules.rs"]
mod rules;
#[path = "check_compat/service_config.rs"]
mod service_config;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A contract whose one rpc has the route `GET /v1/tasks/{id}`.
const OLD: &str = r#"syntax = "proto3";
package acme.v1;

import "google/api/annotations.proto";

// Keeps tasks.
service Tasks {
  // Finds a task.
  rpc GetTask(GetTaskRequest) returns (Task) {
    option (google.api.http) = { get: "/v1/tasks/{id}" };
  }
}

message GetTaskRequest {
  string id = 1;
}

message Task {
  string id = 1;
  string title = 2;
}
"#;

/// The same with another route.
fn moved() -> String {
    OLD.replace("/v1/tasks", "/v2/tasks")
}

/// A folder of its own.
struct Folder(TempDir);

impl Folder {
    /// A folder that holds these files.
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(TempDir::new().expect("a folder"));
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    /// A folder with the contract and the one whose route moved.
    fn with_a_break() -> Self {
        Self::with(&[("old/tasks.proto", OLD), ("new/tasks.proto", &moved())])
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).expect("a file")
    }

    fn output(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_agentgen"));
        command.args(arguments).current_dir(self.path()).env("COLUMNS", "100");
        command.output().expect("the binary runs")
    }

    /// Exit code, standard output and standard error.
    fn agentgen(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        format!(
            "exit {}\n--- stdout\n{}--- stderr\n{}",
            output.status.code().expect("an exit code"),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    }

    /// `check-compat` of the folders `old` and `new`.
    fn check(&self, arguments: &[&str]) -> String {
        self.agentgen(&[&["check-compat", "old", "new"], arguments].concat())
    }

    /// `check-compat` of the folders `old` and `new`, as JSON.
    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let given = ["check-compat", "old", "new", "--format", "json"];
        let output = self.output(&[&given, arguments].concat());
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// Runs git, with nobody's settings.
    fn git(&self, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.args([
            "-c",
            "user.name=T",
            "-c",
            "user.email=t@example.com",
            "-c",
            "init.defaultBranch=main",
        ]);
        git.args(arguments).current_dir(self.path());
        git.env("GIT_CONFIG_GLOBAL", self.path().join("no-such-file"))
            .env("GIT_CONFIG_NOSYSTEM", "1");
        let output = git.output().expect("git is installed");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Commits everything under this tag.
    fn commit(&self, tag: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "--quiet", "--message", tag]);
        self.git(&["tag", tag]);
    }
}
