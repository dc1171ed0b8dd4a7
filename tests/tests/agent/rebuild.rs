//! A crate is built again when its contract changes, and only then, whichever
//! door the contract comes in by: cargo itself says what it built.

use agentgen_codegen::Generator;
use agentgen_tests::dependent::Dependent;
use agentgen_tests::environment::repository;

const PROTO: &str = r#"
syntax = "proto3";
package fresh.v1;
import "imported.proto";
service FreshAgent { rpc Look(Imported) returns (Imported); }
"#;

const IMPORTED: &str = r#"
syntax = "proto3";
package fresh.v1;
message Imported { string text = 1; }
"#;

const SOURCE: &str = r#"
use agentgen::{agent_service, Context, Result};

pub struct Mine;

#[agent_service(proto = "proto/fresh.proto")]
impl FreshAgent for Mine {
    async fn look(&self, _: &Context, request: Imported) -> Result<Imported> {
        Ok(request)
    }
}
"#;

const ATTRIBUTE: &str = "#[agent_service(proto = \"proto/fresh.proto\")]";

const BUILD: &str = "fn main() {
    agentgen_codegen::Generator::new().proto(\"proto/fresh.proto\").generate().unwrap();
}
";

/// Checks the crate; returns whether it was compiled itself.
fn builds(name: &str, dependent: &Dependent) -> bool {
    let output = dependent.check(&[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("cargo writes JSON"));
    let mut own = messages.filter(|message| {
        message["target"]["name"] == name && message["reason"] == "compiler-artifact"
    });
    let fresh = own.find_map(|message| message["fresh"].as_bool());
    !fresh.unwrap_or_else(|| panic!("no artifact in {text}"))
}

/// Changes each file of the contract in turn; `generate` is what a user runs
/// between a change and cargo.
fn only_changes_build_again(name: &str, it: &Dependent, generate: impl Fn()) {
    let builds = || {
        generate();
        builds(name, it)
    };
    it.write("proto/fresh.proto", PROTO);
    it.write("proto/imported.proto", IMPORTED);
    assert!(builds(), "the files are new");
    assert!(!builds(), "nothing changed");
    it.write("proto/fresh.proto", &PROTO.replace("rpc Look", "// Looks.\n rpc Look"));
    assert!(builds(), "the contract changed");
    it.write("proto/imported.proto", &IMPORTED.replace("text = 1", "words = 1"));
    assert!(builds(), "an import changed");
    assert!(!builds(), "nothing changed");
}

#[test]
fn a_macro_builds_again_when_its_contract_changes_and_only_then() {
    let it = Dependent::new("fresh", 2021, "");
    it.write("src/lib.rs", SOURCE);
    only_changes_build_again("fresh", &it, || ());
}

/// What a manifest has for its build script.
fn generates() -> String {
    format!(
        "\n[build-dependencies]\nagentgen-codegen = {{ path = \"{}\", default-features = false }}\n",
        repository().join("codegen").display()
    )
}

/// Writes a contract whose `GET` has a body.
fn write_warned(it: &Dependent) {
    it.write("proto/imported.proto", IMPORTED);
    let options = "import \"imported.proto\";\nimport \"google/api/annotations.proto\";";
    let body = "{ option (google.api.http) = { get: \"/v1/x\" body: \"*\" }; }";
    let proto = PROTO.replace("import \"imported.proto\";", options);
    it.write("proto/fresh.proto", &proto.replace("(Imported);", &format!("(Imported) {body}")));
}

const WARNING: &str = "proto/fresh.proto:6:96: a GET has a body, which proxies and browsers drop \
    (hint: use `post`, or leave `body` out: the fields then come from the query)";

#[test]
fn a_build_script_shows_the_warnings_of_its_contract() {
    let it = Dependent::new("warned_built", 2021, &generates());
    it.write("build.rs", BUILD);
    it.write("src/lib.rs", "agentgen::include!(\"fresh.v1\");\n");
    write_warned(&it);
    let output = it.check(&[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains(&format!("warning: warned_built@0.0.0: {WARNING}")), "{said}");
}

#[test]
fn a_macro_shows_the_warnings_of_its_contract() {
    let it = Dependent::new("warned_macro", 2021, "");
    it.write("src/lib.rs", "agentgen::contract!(\"proto/fresh.proto\");\n");
    write_warned(&it);
    let output = it.check(&[]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains(WARNING) && said.contains("src/lib.rs:1:21"), "{said}");
}

#[test]
fn a_build_script_runs_again_when_its_contract_changes_and_only_then() {
    let it = Dependent::new("fresh_built", 2021, &generates());
    it.write("build.rs", BUILD);
    let included =
        SOURCE.replace(ATTRIBUTE, "agentgen::include!(\"fresh.v1\");\n\n#[agent_service]");
    it.write("src/lib.rs", &included);
    only_changes_build_again("fresh_built", &it, || ());
}

#[test]
fn a_build_script_runs_again_when_a_file_comes_into_its_folder_or_leaves_it() {
    let it = Dependent::new("fresh_folder", 2021, &generates());
    it.write("build.rs", &BUILD.replace("proto/fresh.proto", "proto"));
    it.write("src/lib.rs", "agentgen::include!(\"fresh.v1\");\n");
    it.write("proto/imported.proto", IMPORTED);
    assert!(builds("fresh_folder", &it), "the files are new");
    assert!(!builds("fresh_folder", &it), "nothing changed");
    it.write("proto/fresh.proto", PROTO);
    assert!(builds("fresh_folder", &it), "a file is new");
    assert!(!builds("fresh_folder", &it), "nothing changed");
    std::fs::remove_file(it.folder().join("proto/fresh.proto")).expect("it was there");
    assert!(builds("fresh_folder", &it), "a file is gone");
}

#[test]
fn output_of_the_command_line_changes_with_its_contract_and_only_then() {
    let it = Dependent::new("fresh_committed", 2021, "");
    let included = SOURCE.replace(
        ATTRIBUTE,
        "#[rustfmt::skip]\npub mod generated;\nuse generated::fresh::v1::*;\n\n#[agent_service]",
    );
    it.write("src/lib.rs", &included);
    let (proto, out) = (it.folder().join("proto/fresh.proto"), it.folder().join("src/generated"));
    // What `agentgen gen -o src/generated` does.
    let generator = Generator::new().proto(proto).out_dir(out);
    only_changes_build_again("fresh_committed", &it, || {
        generator.generate().expect("the contract is right");
    });
}

#[test]
fn a_service_config_is_read_by_the_macro_and_builds_again_when_it_changes() {
    let it = Dependent::new("configured", 2021, "");
    let argument = "service_config = \"service.yaml\"";
    it.write("src/lib.rs", &SOURCE.replace("fresh.proto\"", &format!("fresh.proto\", {argument}")));
    it.write("proto/fresh.proto", PROTO);
    it.write("proto/imported.proto", IMPORTED);
    let config = "http: { rules: [{ selector: fresh.v1.FreshAgent.Look, get: '/v1/{text}' }] }\n";
    it.write("service.yaml", config);
    assert!(builds("configured", &it), "the files are new");
    assert!(!builds("configured", &it), "nothing changed");
    it.write("service.yaml", &config.replace("v1/{", "v2/{"));
    assert!(builds("configured", &it), "the service config changed");
    it.write("service.yaml", &config.replace("Look", "Loook"));
    let output = it.check(&[]);
    assert!(!output.status.success(), "the service config is wrong");
    let said = String::from_utf8_lossy(&output.stdout);
    let expected = "service.yaml:1:29: no rpc is called `fresh.v1.FreshAgent.Loook`";
    assert!(said.contains(expected), "{said}");
}
