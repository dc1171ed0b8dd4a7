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
fn builds(dependent: &Dependent) -> bool {
    let output = dependent.check(&[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("cargo writes JSON"));
    let mut own = messages.filter(|message| message["target"]["name"] == "fresh");
    let fresh = own.find_map(|message| message["fresh"].as_bool());
    !fresh.unwrap_or_else(|| panic!("no artifact in {text}"))
}

#[test]
fn a_changed_contract_builds_again_and_an_unchanged_one_does_not() {
    let it = Dependent::new("fresh", 2021, "");
    it.write("src/lib.rs", SOURCE);
    it.write("proto/fresh.proto", PROTO);
    it.write("proto/imported.proto", IMPORTED);
    assert!(builds(&it), "the files are new");
    assert!(!builds(&it), "nothing changed");
    it.write("proto/fresh.proto", &PROTO.replace("rpc Look", "// Looks.\n rpc Look"));
    assert!(builds(&it), "the contract changed");
    it.write("proto/imported.proto", &IMPORTED.replace("text = 1", "words = 1"));
    assert!(builds(&it), "an import changed");
    assert!(!builds(&it), "nothing changed");
}
