//! A generator that holds its contract to what was published.

use std::fs;
use std::path::Path;

use agentgen_codegen::compat::report::{Mode, Profile};
use agentgen_codegen::{Baseline, Generator};
use tempfile::TempDir;

const OLD: &str = r#"syntax = "proto3";
package acme.v1;
import "google/api/annotations.proto";
service Tasks {
  rpc GetTask(Task) returns (Task) {
    option (google.api.http) = { get: "/v1/tasks/{id}" };
  }
}
message Task { string id = 1; }
"#;

fn folder(new: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (side, text) in [("old", OLD), ("new", new)] {
        fs::create_dir(folder.path().join(side)).expect("a folder");
        fs::write(folder.path().join(side).join("tasks.proto"), text).expect("a file");
    }
    folder
}

fn baseline(folder: &Path) -> Baseline {
    let old = folder.join("old").display().to_string();
    Baseline::new(old).accept(folder.join("accept.toml"))
}

fn generator(folder: &Path, baseline: impl Into<Baseline>) -> Generator {
    let new = Generator::new().proto(folder.join("new")).emit(["descriptors"]);
    new.out_dir(folder.join("out")).compat_baseline(baseline)
}

#[test]
fn a_break_fails_the_build_with_the_findings_and_writes_nothing() {
    let folder = folder(&OLD.replace("/v1/", "/v2/"));
    let generator = generator(folder.path(), baseline(folder.path()));
    let error = generator.generate().expect_err("the route moved").to_string();
    let said = "error[http-path-changed]: acme.v1.Tasks.GetTask: `GET /v1/tasks/{id}` was moved ";
    assert!(error.starts_with(said) && error.contains("^^^ new"), "{error}");
    assert!(error.contains("rollout: "), "{error}");
    assert!(!folder.path().join("out").exists());
    assert_eq!(generator.tokens().expect_err("it breaks for macros too").to_string(), error);
}

#[test]
fn what_breaks_nobody_passes() {
    let folder = folder(&OLD.replace("string id = 1;", "string id = 1; string title = 2;"));
    generator(folder.path(), baseline(folder.path())).generate().expect("an addition");
    assert!(folder.path().join("out").exists());
}

#[test]
fn profile_and_mode_are_a_choice() {
    let folder = folder(&OLD.replace("/v1/", "/v2/"));
    let wire = baseline(folder.path()).profile(Profile::Wire).mode(Mode::Full);
    generator(folder.path(), wire).generate().expect("the encoding is as it was");
}

#[test]
fn an_accepted_break_passes() {
    let folder = folder(&OLD.replace("/v1/", "/v2/"));
    let accept = std::process::Command::new(env!("CARGO_BIN_EXE_agentgen"))
        .args(["check-compat", "old", "new", "--accept", "--reason", "all callers moved"])
        .args(["--accept-file", "accept.toml"])
        .current_dir(folder.path())
        .status();
    assert!(accept.expect("the binary runs").success());
    generator(folder.path(), baseline(folder.path())).generate().expect("it is accepted");
    fs::write(folder.path().join("accept.toml"), "[[accept]]\n").expect("a file");
    let error = generator(folder.path(), baseline(folder.path())).generate();
    let error = error.expect_err("a flawed file").to_string();
    assert!(error.ends_with("accept.toml:1: the entry has no `rule`"), "{error}");
}

#[test]
fn what_cannot_be_judged_fails_the_build() {
    let folder = folder(OLD);
    let absent = folder.path().join("absent").display().to_string();
    let error = generator(folder.path(), &*absent).generate().expect_err("no baseline");
    assert!(error.to_string().contains("absent"), "{error}");
    let other = folder.path().join("other.proto");
    fs::write(&other, "syntax = \"proto3\";\npackage other;\n").expect("a file");
    let two = generator(folder.path(), baseline(folder.path())).proto(other);
    let error = two.generate().expect_err("two protos");
    assert!(error.to_string().contains("one file or folder"), "{error}");
}
