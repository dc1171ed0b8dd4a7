//! A crate whose contract comes from a macro is built again when the contract
//! changes, and only then.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// A crate of its own, built with the target folder of this workspace, so that
/// the dependencies are there already.
struct Crate(PathBuf);

impl Crate {
    fn new() -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rebuild");
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("has a root");
        fs::create_dir_all(root.join("src")).expect("is writable");
        fs::create_dir_all(root.join("proto")).expect("is writable");
        fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).expect("is copied");
        let manifest = format!(
            "[package]\nname = \"fresh\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
             [dependencies]\nagentgen = {{ path = \"{}\" }}\n\n\
             [profile.dev]\ndebug = \"line-tables-only\"\n\n[workspace]\n",
            workspace.join("runtime").display()
        );
        let it = Self(root);
        it.write("Cargo.toml", &manifest);
        it.write("src/lib.rs", SOURCE);
        it.write("proto/fresh.proto", PROTO);
        it.write("proto/imported.proto", IMPORTED);
        it
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.0.join(path), text).expect("is writable");
    }

    /// Builds; returns whether the crate itself was compiled.
    fn builds(&self) -> bool {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("has a target");
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline", "--message-format=json"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", target)
            .output()
            .expect("cargo runs");
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{log}");
        let text = String::from_utf8_lossy(&output.stdout);
        let messages = text.lines().map(|line| {
            serde_json::from_str::<serde_json::Value>(line).expect("cargo writes JSON")
        });
        let mut own = messages.filter(|message| message["target"]["name"] == "fresh");
        let fresh = own.find_map(|message| message["fresh"].as_bool());
        !fresh.unwrap_or_else(|| panic!("no artifact in {text}"))
    }
}

#[test]
fn a_changed_contract_builds_again_and_an_unchanged_one_does_not() {
    let it = Crate::new();
    assert!(it.builds(), "the files are new");
    assert!(!it.builds(), "nothing changed");
    it.write("proto/fresh.proto", &PROTO.replace("rpc Look", "// Looks.\n rpc Look"));
    assert!(it.builds(), "the contract changed");
    it.write("proto/imported.proto", &IMPORTED.replace("text = 1", "words = 1"));
    assert!(it.builds(), "an import changed");
    assert!(!it.builds(), "nothing changed");
}
