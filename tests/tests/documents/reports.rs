//! The machine-readable reports of check-compat, judged by the schemas of their
//! forms.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use agentgen_codegen::compat::accept::{AcceptFile, Date, Entry};
use agentgen_codegen::compat::input::Side;
use agentgen_codegen::compat::render::{RENDERERS, Style};
use agentgen_codegen::compat::report::{Report, Settings, check};
use agentgen_tests::environment::{python_script, repository};

use crate::emitted::passes;

const OLD: &str = r#"syntax = "proto3";
package acme.v1;
import "google/api/annotations.proto";

// Keeps täsks.
service Tasks {
  rpc GetTask(GetTaskRequest) returns (Task) {
    option (google.api.http) = { get: "/v1/tasks/{id}" };
  }
  rpc ListTasks(GetTaskRequest) returns (Task) {
    option (google.api.http) = { get: "/v1/tasks" };
  }
}
message GetTaskRequest { string id = 1; }
message Task { string id = 1; string title = 2; }
"#;

/// Both versions in a folder: two breaks, one of them accepted in a comment
/// that stands beside another one without a reason.
fn sides(folder: &Path) -> (Side, Side) {
    let comments = "  // agentgen:allow http-path-changed \"all\" <callers> moved & more\n  \
                    // agentgen:allow http-verb-changed\n  rpc ListTasks";
    let new = OLD.replace("/v1/", "/v2/").replace("  rpc ListTasks", comments);
    let side = |name: &str, text: &str| {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("some tasks.proto"), text).expect("a file");
        Side::open(&folder.display().to_string(), &[]).expect("a contract")
    };
    (side("old", OLD), side("new", &new))
}

/// An acceptance that matches nothing.
fn stale() -> AcceptFile {
    let entry = Entry {
        rule: "field-removed".to_owned(),
        element: "acme.v1.Task.gone".to_owned(),
        message: String::new(),
        fingerprint: "00".to_owned(),
        reason: "x".to_owned(),
        expires: None,
    };
    AcceptFile { path: "agentgen-accept.toml".to_owned(), entries: vec![entry] }
}

/// The platform that the compiler is for.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc names its host").to_owned()
}

/// Where the sources of a dependency are.
fn sources_of(package: &str) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--offline"]).current_dir(repository());
    // What other platforms need was not downloaded.
    let output = cargo.args(["--filter-platform", &host()]).output().expect("cargo runs");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("a list");
    let found = packages.iter().find(|found| found["name"] == package).expect("a dependency");
    let manifest = Path::new(found["manifest_path"].as_str().expect("a path"));
    manifest.parent().expect("a folder").to_path_buf()
}

fn judged(name: &str, report: &Report) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reports").join(name);
    fs::create_dir_all(&folder).expect("a folder");
    for renderer in RENDERERS {
        let path = folder.join(format!("report.{}", renderer.name));
        fs::write(path, (renderer.render)(report, Style::PLAIN)).expect("a file");
    }
    let schema = repository().join("codegen/schema/check-compat.schema.json");
    let sarif = sources_of("serde-sarif").join("src/schema.json");
    passes(python_script("check_reports.py").arg(folder).arg(schema).arg(sarif));
}

#[test]
fn every_machine_form_keeps_to_its_schema() {
    let (old, new) = sides(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("reports"));
    let settings = Settings { accepted: stale(), today: Date::today(), ..Settings::default() };
    let report = check(&old, &new, &settings).expect("both can be judged");
    assert!(report.accepted() == 1 && report.complaints.len() == 2, "{report:?}");
    judged("breaks", &report);
    judged("nothing", &check(&old, &old, &Settings::default()).expect("both can be judged"));
}
