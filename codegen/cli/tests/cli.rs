//! The binary as a user meets it: output, exit codes, files.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const CONTRACT: &str = r#"syntax = "proto3";
package demo.v1;

service Greeter {
  rpc Greet(Name) returns (Greeting);
  rpc Follow(Name) returns (stream Greeting);
}

message Name { string name = 1; }
message Greeting { string text = 1; }
"#;

/// A folder with a contract in `proto/demo.proto`.
fn project() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("proto")).expect("a folder");
    fs::write(folder.path().join("proto/demo.proto"), CONTRACT).expect("a file");
    folder
}

/// Exit code, standard output and standard error.
fn agentgen(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_agentgen"))
        .args(arguments)
        .current_dir(folder)
        .env("COLUMNS", "100")
        .output()
        .expect("the binary runs");
    format!(
        "exit {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().expect("an exit code"),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn every_command_has_help_with_examples() {
    let folder = project();
    for command in ["gen", "lint", "check-compat", "rules", "explain", "routes", "completions"] {
        let help = agentgen(folder.path(), &[command, "--help"]);
        assert!(help.contains("Examples:\n  agentgen "), "{help}");
        insta::assert_snapshot!(format!("help_{command}"), help);
    }
    insta::assert_snapshot!("help", agentgen(folder.path(), &["--help"]));
}

#[test]
fn a_service_config_on_the_command_line_or_in_the_settings_binds_routes() {
    let folder = project();
    let rule = "http:\n  rules:\n  - { selector: demo.v1.Greeter.Greet, get: '/v1/{name}' }\n";
    fs::write(folder.path().join("service.yaml"), rule).expect("a file");
    let arguments = ["routes", "proto/demo.proto", "--service-config", "service.yaml"];
    let routes = agentgen(folder.path(), &arguments);
    assert!(routes.starts_with("exit 0\n") && routes.contains("GET /v1/{name}"), "{routes}");
    let settings = "protos = [\"proto\"]\nout = \"gen\"\nservice_config = \"service.yaml\"\n";
    fs::write(folder.path().join("agentgen.toml"), settings).expect("a file");
    assert_eq!(agentgen(folder.path(), &["routes"]), routes);
    assert!(agentgen(folder.path(), &["gen"]).starts_with("exit 0\n"));
    let written = fs::read_to_string(folder.path().join("gen/demo/v1/greeter/rest.rs"));
    assert!(written.expect("a file").contains("| `Greet` | `GET /v1/{name}` |"));
    let check = agentgen(folder.path(), &["gen", "--check", "--service-config", "absent.yaml"]);
    assert!(check.starts_with("exit 2\n") && check.contains("`absent.yaml`"), "{check}");
}

#[test]
fn gen_writes_and_check_is_clean() {
    let folder = project();
    let arguments = ["gen", "proto/demo.proto", "-o", "gen"];
    insta::assert_snapshot!("gen", agentgen(folder.path(), &arguments));
    assert_eq!(
        agentgen(folder.path(), &["gen", "proto/demo.proto", "-o", "gen", "--check"]),
        "exit 0\n--- stdout\n--- stderr\n"
    );
}

#[test]
fn check_lists_every_difference_and_the_command_to_run() {
    let folder = project();
    agentgen(folder.path(), &["gen", "proto", "-o", "gen", "--emit", "rust,openapi"]);
    fs::remove_file(folder.path().join("gen/descriptors.rs")).expect("it was written");
    fs::write(folder.path().join("gen/mod.rs"), "edited").expect("a file");
    let check = ["gen", "proto", "-o", "gen", "--emit", "rust", "--check"];
    insta::assert_snapshot!("check", agentgen(folder.path(), &check));
}

#[test]
fn stale_output_is_removed_and_other_files_are_not() {
    let folder = project();
    agentgen(folder.path(), &["gen", "proto", "-o", "gen", "--emit", "rust,openapi"]);
    let (stale, foreign) =
        (folder.path().join("gen/openapi.json"), folder.path().join("gen/mine.json"));
    fs::write(&foreign, "{}").expect("a file");
    assert!(stale.exists());
    agentgen(folder.path(), &["gen", "proto", "-o", "gen", "--emit", "messages"]);
    assert!(!stale.exists() && foreign.exists());
    assert!(!folder.path().join("gen/demo/v1/greeter").exists(), "an empty folder stays");
}

#[test]
fn the_committed_example_is_fresh() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/committed");
    let check = agentgen(&example, &["gen", "--check"]);
    assert!(check.starts_with("exit 0\n"), "{check}");
}

#[test]
fn settings_are_found_upwards_and_the_command_line_wins() {
    let folder = project();
    let settings = "protos = [\"proto\"]\nout = \"gen\"\nemit = [\"messages\"]\n";
    fs::write(folder.path().join("agentgen.toml"), settings).expect("a file");
    agentgen(&folder.path().join("proto"), &["gen"]);
    assert!(folder.path().join("gen/demo/v1.rs").exists());
    assert!(!folder.path().join("gen/descriptors.rs").exists());
    agentgen(folder.path(), &["gen", "-o", "other", "--emit", "descriptors"]);
    assert!(folder.path().join("other/descriptors.rs").exists());
}

#[test]
fn what_cannot_be_tried_exits_with_2() {
    let folder = project();
    insta::assert_snapshot!("no_input", agentgen(folder.path(), &["gen"]));
    insta::assert_snapshot!("no_file", agentgen(folder.path(), &["lint", "absent.proto"]));
    let unknown = ["gen", "proto", "-o", "gen", "--emit", "gprc"];
    assert!(agentgen(folder.path(), &unknown).starts_with("exit 2\n"));
    fs::write(folder.path().join("agentgen.toml"), "protoz = []\n").expect("a file");
    insta::assert_snapshot!("unknown_setting", agentgen(folder.path(), &["gen"]));
}

#[test]
fn lint_shows_every_finding_and_exits_with_1() {
    let folder = project();
    let text =
        CONTRACT.replace("returns (Greeting)", "returns (Greting)").replace("(Name)", "(Nam)");
    fs::write(folder.path().join("proto/demo.proto"), text).expect("a file");
    insta::assert_snapshot!("lint", agentgen(folder.path(), &["lint", "proto"]));
}

#[test]
fn lint_of_a_sound_contract_exits_with_0() {
    let folder = project();
    let lint = agentgen(folder.path(), &["lint", "proto"]);
    assert_eq!(lint, "exit 0\n--- stdout\n--- stderr\nerrors: 0, warnings: 0, notes: 0\n");
}

#[test]
fn routes_are_a_table_or_json() {
    let folder = project();
    insta::assert_snapshot!("routes", agentgen(folder.path(), &["routes", "proto"]));
    let json = agentgen(folder.path(), &["routes", "proto", "--format", "json"]);
    insta::assert_snapshot!("routes_json", json);
}

#[test]
fn colour_is_a_choice() {
    let folder = project();
    let colored = agentgen(folder.path(), &["--color", "always", "lint", "absent.proto"]);
    let plain = agentgen(folder.path(), &["--color", "never", "lint", "absent.proto"]);
    assert!(colored.contains("\u{1b}[") && !plain.contains("\u{1b}["));
}

#[test]
fn completions_know_the_commands() {
    let folder = project();
    let script = agentgen(folder.path(), &["completions", "bash"]);
    assert!(script.starts_with("exit 0\n") && script.contains("routes"));
}

#[test]
fn documents_of_brokers_are_chosen_on_the_command_line_in_settings_and_in_a_build_script() {
    let folder = project();
    let read = |out: &str, broker: &str| {
        fs::read_to_string(folder.path().join(out).join(format!("asyncapi-{broker}.json"))).ok()
    };
    let chosen =
        ["gen", "proto", "-o", "line", "--emit", "asyncapi", "--asyncapi-binding", "nats,kafka"];
    let said = agentgen(folder.path(), &chosen);
    assert!(said.starts_with("exit 0\n"), "{said}");
    let settings =
        "protos = [\"proto\"]\nemit = [\"asyncapi\"]\nasyncapi = [\"nats\", \"kafka\"]\n";
    fs::write(folder.path().join("agentgen.toml"), settings).expect("a file");
    agentgen(folder.path(), &["gen", "-o", "settings"]);
    agentgen_codegen::Generator::new()
        .proto(folder.path().join("proto"))
        .emit(["asyncapi"])
        .asyncapi_binding(agentgen_codegen::AsyncApiBinding::Nats)
        .asyncapi_binding(agentgen_codegen::AsyncApiBinding::Kafka)
        .out_dir(folder.path().join("script"))
        .generate()
        .expect("it is written");
    for broker in ["nats", "kafka"] {
        let line = read("line", broker).expect("a document");
        assert!(line.contains(&format!("\"protocol\": \"{broker}\"")), "{line}");
        assert_eq!(read("settings", broker).as_ref(), Some(&line));
        assert_eq!(read("script", broker).as_ref(), Some(&line));
        assert_eq!(read("line", "redis"), None);
    }
    let wrong = agentgen(folder.path(), &["gen", "-o", "line", "--asyncapi-binding", "nat"]);
    assert!(
        wrong.contains("there is no binding `nat`; known are: amqp, kafka, nats, redis"),
        "{wrong}"
    );
}
