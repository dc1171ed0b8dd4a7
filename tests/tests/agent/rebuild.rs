//! A crate whose contract comes from a macro is built again when the contract
//! changes, and only then.

use agentgen_tests::dependent::Dependent;

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

/// Checks the crate; returns whether it was compiled itself.
fn builds(name: &str, dependent: &Dependent) -> bool {
    let output = dependent.check(&[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("cargo writes JSON"));
    let mut own = messages.filter(|message| message["target"]["name"] == name);
    let fresh = own.find_map(|message| message["fresh"].as_bool());
    !fresh.unwrap_or_else(|| panic!("no artifact in {text}"))
}

#[test]
fn a_changed_contract_builds_again_and_an_unchanged_one_does_not() {
    let it = Dependent::new("fresh", 2021, "");
    it.write("src/lib.rs", SOURCE);
    it.write("proto/fresh.proto", PROTO);
    it.write("proto/imported.proto", IMPORTED);
    assert!(builds("fresh", &it), "the files are new");
    assert!(!builds("fresh", &it), "nothing changed");
    it.write("proto/fresh.proto", &PROTO.replace("rpc Look", "// Looks.\n rpc Look"));
    assert!(builds("fresh", &it), "the contract changed");
    it.write("proto/imported.proto", &IMPORTED.replace("text = 1", "words = 1"));
    assert!(builds("fresh", &it), "an import changed");
    assert!(!builds("fresh", &it), "nothing changed");
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
