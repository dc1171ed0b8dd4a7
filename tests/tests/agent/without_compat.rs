//! A baseline that is named where the feature `compat` is off breaks the build,
//! and says which feature is missing, in both doors.

use agentgen_tests::dependent::Dependent;
use agentgen_tests::environment::repository;

const PROTO: &str = "syntax = \"proto3\";\npackage routes.v1;\nmessage Route { string id = 1; }\n\
                     service Routes { rpc Find(Route) returns (Route); }\n";

const SAID: &str = "a baseline is judged by the feature `compat`, which is off";

/// A crate with these dependencies, without their default features.
fn lean(name: &str, dependencies: &str) -> Dependent {
    let it = Dependent::new(name, 2024, "");
    let manifest = std::fs::read_to_string(it.folder().join("Cargo.toml")).expect("was written");
    let (head, rest) = manifest.split_once("[dependencies]\n").expect("it has dependencies");
    let (_, tail) = rest.split_once('\n').expect("one of them");
    it.write("Cargo.toml", &format!("{head}{dependencies}{tail}"));
    it.write("proto/routes.proto", PROTO);
    it
}

#[test]
fn a_macro_says_that_a_baseline_needs_the_feature() {
    let runtime = repository().join("runtime");
    let it = lean(
        "baseline_in_macro",
        &format!(
            "[dependencies]\nagentgen = {{ path = \"{}\", default-features = false, \
             features = [\"macros\"] }}\n",
            runtime.display()
        ),
    );
    it.write(
        "src/lib.rs",
        "agentgen::contract!(\"proto/routes.proto\", baseline = \"proto/routes.proto\");\n",
    );
    let output = it.check(&[]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success() && said.contains(SAID), "{said}");
    assert!(said.contains("of `agentgen` for a macro"), "{said}");
}

#[test]
fn a_build_script_says_that_a_baseline_needs_the_feature() {
    let codegen = repository().join("codegen");
    let it = lean(
        "baseline_in_build_script",
        &format!(
            "[build-dependencies]\nagentgen-codegen = {{ path = \"{}\", \
             default-features = false }}\n",
            codegen.display()
        ),
    );
    it.write(
        "build.rs",
        "fn main() -> Result<(), agentgen_codegen::Error> {\n    \
         agentgen_codegen::Generator::new().proto(\"proto/routes.proto\")\
         .compat_baseline(\"proto/routes.proto\").generate()\n}\n",
    );
    it.write("src/lib.rs", "");
    let output = it.check(&[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(SAID), "{said}");
    assert!(said.contains("`agentgen-codegen` in a build script"), "{said}");
}
