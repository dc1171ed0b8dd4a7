//! Sides whose options stand in a service config.

use super::{Folder, OLD};

/// The contract without its route, and the route.
fn plain() -> String {
    let route = "{\n    option (google.api.http) = { get: \"/v1/tasks/{id}\" };\n  }";
    OLD.replace(route, ";").replace("import \"google/api/annotations.proto\";\n", "")
}

fn config(path: &str) -> String {
    format!("http:\n  rules:\n  - {{ selector: acme.v1.Tasks.GetTask, get: '{path}' }}\n")
}

#[test]
fn a_route_that_moves_into_a_service_config_is_no_change() {
    let (plain, config) = (plain(), config("/v1/tasks/{id}"));
    let folder =
        Folder::with(&[("old/a.proto", OLD), ("new/a.proto", &plain), ("s.yaml", &config)]);
    let moved = folder.agentgen(&["check-compat", "old", "new", "--new-service-config", "s.yaml"]);
    assert!(moved.starts_with("exit 0\n"), "{moved}");
    let without = folder.agentgen(&["check-compat", "old", "new"]);
    assert!(without.contains("http-path-changed"), "{without}");
}

#[test]
fn what_a_service_config_changes_is_shown_in_the_config() {
    let (plain, old, new) = (plain(), config("/v1/tasks/{id}"), config("/v2/tasks/{id}"));
    let folder = Folder::with(&[("a.proto", &plain), ("old.yaml", &old), ("new.yaml", &new)]);
    let sides = ["--old-service-config", "old.yaml", "--new-service-config", "new.yaml"];
    let check = [&["check-compat", "a.proto", "a.proto"][..], &sides].concat();
    let moved = folder.agentgen(&[&check[..], &["--format", "github"]].concat());
    assert!(moved.contains("file=new.yaml,line=3,"), "{moved}");
    let text = folder.agentgen(&check);
    assert!(text.contains("new.yaml:3:5") && text.contains("/v2/tasks/{id}"), "{text}");
    assert!(!text.contains("a.proto:"), "the contract has not changed: {text}");
}

#[test]
fn a_service_config_in_git_is_that_of_its_ref() {
    let plain = plain();
    let folder = Folder::with(&[("proto/a.proto", &plain)]);
    folder.git(&["init", "--quiet"]);
    folder.commit("v0.9.0");
    folder.write("service.yaml", &config("/v1/tasks/{id}"));
    folder.commit("v1.0.0");
    folder.write("service.yaml", &config("/v2/tasks/{id}"));
    folder.write("agentgen.toml", "protos = [\"proto\"]\nservice_config = \"service.yaml\"\n");
    let against = |tag: &str, more: &[&str]| {
        let old = format!("git:{tag}:proto");
        folder.agentgen(&[&["check-compat", &old, "proto"], more].concat())
    };
    insta::assert_snapshot!("service_config", against("v1.0.0", &[]));
    // There was none: the default route was served.
    let before = against("v0.9.0", &[]);
    assert!(
        before.contains("the default route `POST /acme.v1.Tasks/GetTask` was moved"),
        "{before}"
    );
    let same = against("v1.0.0", &["--service-config", "git:v1.0.0:service.yaml"]);
    assert!(same.starts_with("exit 0\n"), "{same}");
    let tags = folder.agentgen(&["check-compat", "--against-tags", "v1*", "proto"]);
    assert!(tags.starts_with("exit 1\n") && tags.contains("/v2/tasks/{id}"), "{tags}");
    let absent = against("v1.0.0", &["--old-service-config", "git:v0.9.0:service.yaml"]);
    assert!(absent.starts_with("exit 2\n") && absent.contains("no such file"), "{absent}");
}

#[test]
fn an_image_takes_a_service_config_too_and_mistakes_in_one_are_shown() {
    let (plain, config) = (plain(), config("/v1/tasks/{id}"));
    let folder =
        Folder::with(&[("old/a.proto", OLD), ("new/a.proto", &plain), ("s.yaml", &config)]);
    let image = agentgen_codegen::source::from_texts([("a.proto", plain)]).expect("it compiles");
    std::fs::write(folder.path().join("new.binpb"), image.encode()).expect("it is written");
    let check = ["check-compat", "old", "new.binpb", "--new-service-config", "s.yaml"];
    let output = folder.agentgen(&check);
    assert!(output.starts_with("exit 0\n"), "{output}");
    folder.write("s.yaml", &config.replace("GetTask", "GetTasks"));
    let output = folder.agentgen(&check);
    assert!(output.starts_with("exit 2\n"), "{output}");
    assert!(
        output.contains("s.yaml:3:17") && output.contains("did you mean `acme.v1.Tasks.GetTask`?")
    );
}

#[test]
fn a_route_that_gives_way_is_gone_and_one_that_already_did_is_not() {
    let taken = OLD.replace(
        "  // Finds",
        "  rpc FindTask(GetTaskRequest) returns (Task) {\n    \
         option (google.api.http) = { get: \"/v1/tasks/{id}\" };\n  }\n  // Finds",
    );
    let way = "agentgen:\n  rules:\n  - { selector: acme.v1.Tasks.GetTask, \
               method: { http: { conflict: first_wins } } }\n";
    let files = [("old/a.proto", OLD), ("new/a.proto", taken.as_str()), ("s.yaml", way)];
    let folder = Folder::with(&files);
    let check = ["check-compat", "old", "new", "--new-service-config", "s.yaml"];
    let output = folder.agentgen(&check);
    let moved = "`GET /v1/tasks/{id}` was moved to the default route `POST /acme.v1.Tasks/GetTask`";
    assert!(output.starts_with("exit 1\n") && output.contains(moved), "{output}");
    folder.write("old/a.proto", &taken);
    let output = folder.agentgen(&["check-compat", "old", "new", "--service-config", "s.yaml"]);
    assert!(output.starts_with("exit 0\n"), "{output}");
}
